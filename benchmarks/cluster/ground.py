"""What has to be the same on all machines whose results are compared: versions, sources and plug-ins, which travel."""

import hashlib
import importlib.metadata
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.cluster.errors import WorkerError
from benchmarks.environment import plugin_digest, sources_digest, versions
from impls.plugins import Plugin, plugins, problems, use_only


class SentPlugin(NamedTuple):
    """A plug-in that is a file or a folder, with its Python files."""

    name: str
    #: Path below the plug-in's own folder -> content.
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 over all names and contents."""
        digest = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


class Ground(NamedTuple):
    """What a worker has to have, and the plug-ins that it is given."""

    #: Versions, sources and installed plug-ins, by name.
    packages: Mapping[str, str]
    plugins: tuple[SentPlugin, ...]


def ground(*further: str) -> Ground:
    """Of this machine.

    Args:
        further: packages that count beside those whose versions always do.
    """
    return Ground(packages(*further), tuple(_sent(each) for each in plugins() if each.path is not None))


def packages(*further: str) -> dict[str, str]:
    """Versions, sources and installed plug-ins of this machine, by name."""
    added = {f"plug-in {each.name}": plugin_digest(each) for each in plugins() if each.path is None}
    return {**versions(), **_versions(further), "Threefold's sources": sources_digest(), **added}


def check_packages(wanted: Mapping[str, str], name: str) -> None:
    """Whether this worker has the same.

    Raises:
        WorkerError: it has not; the message says what differs, and what to do.
    """
    here = packages()
    here |= _versions(tuple(each for each in wanted if each not in here))
    for each in sorted(wanted.keys() | here.keys()):
        if wanted.get(each) != here.get(each):
            what = "installed plug-ins" if each.startswith("plug-in ") else "versions of Threefold and its packages"
            raise WorkerError(
                f"worker {name!r} has {each} {here.get(each, 'not installed')}, and this machine "
                f"{wanted.get(each, 'not installed')}: install the same {what} there"
            )


class _Loaded:
    """The plug-ins that this worker has loaded: its threads work with one set of them at a time."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.key: str | None = None
        self.users = 0


_LOADED = _Loaded()


@contextmanager
def with_plugins(sent: Sequence[SentPlugin], name: str) -> Iterator[str]:
    """Load exactly these plug-ins, in this process and in those that it starts; gives a name of the set.

    Raises:
        WorkerError: one cannot be loaded here, such as one that reads a file of data when it is loaded.
    """
    key = " ".join(each.digest for each in sent)
    with _LOADED.condition:
        _LOADED.condition.wait_for(lambda: _LOADED.users == 0 or _LOADED.key == key)
        if key != _LOADED.key:
            _LOADED.key = None
            _load(sent, name)
            _LOADED.key = key
        _LOADED.users += 1
    try:
        yield key
    finally:
        with _LOADED.condition:
            _LOADED.users -= 1
            _LOADED.condition.notify_all()


def _load(sent: Sequence[SentPlugin], name: str) -> None:
    paths = []
    for each in sent:
        folder = _folder() / each.digest
        for path, content in each.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        paths.append(folder / each.name)
    use_only(paths)
    plugins()
    if faults := [line for line in problems() if any(line.startswith(f"plug-in {each.name}") for each in sent)]:
        raise WorkerError(
            f"worker {name!r}: {faults[0].removesuffix('; the rest works without it')}; a plug-in's Python files "
            "travel to the workers, and nothing else of its folder"
        )


@cache
def _folder() -> Path:
    made = tempfile.TemporaryDirectory(prefix="threefold-plugins-")
    _FOLDERS.append(made)
    return Path(made.name)


#: Kept until the worker ends, which removes them.
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def _sent(plugin: Plugin) -> SentPlugin:
    assert plugin.path is not None
    above = plugin.path.resolve().parent
    files = {path.resolve().relative_to(above).as_posix(): path.read_bytes() for path in plugin.sources}
    return SentPlugin(plugin.path.name, files)


def _versions(names: Sequence[str]) -> dict[str, str]:
    """Of those that are installed."""
    known = {}
    for name in names:
        try:
            known[name] = importlib.metadata.version(name)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            continue
    return known

"""What a report was made from, so that an unchanged one is left as it is and only changed figures are drawn again.

Remembered in the report's folder of its own, `.threefold/report.json`; without it everything is made anew.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.records.ownership import OWN
from benchmarks.records.store import RunFolderError, write_beside
from benchmarks.records.wall_time import WALL_TIME, read_wall_time
from impls.plugins import plugins

STATE = "report.json"
#: Libraries that decide what a report looks like.
LIBRARIES = ("jinja2", "matplotlib", "numpy", "pyarrow", "scipy", "seaborn", "tabulate")
#: The project's packages, whose sources do.
PACKAGES = ("benchmarks", "impls", "report")
ENDINGS = (".py", ".html", ".css", ".js")


@dataclass(frozen=True)
class State:
    """A report as it was written."""

    #: Digest of everything that it depends on.
    inputs: str
    #: Path within the report's folder -> SHA-256 of the file.
    outputs: Mapping[str, str]
    #: Name of a figure -> its content key.
    figures: Mapping[str, str]


def inputs_digest(directories: Sequence[Path], versions: bool = False) -> str:
    """SHA-256 over the runs' files, the sources of the project and of plug-ins, and the versions of what they use.

    Args:
        directories: the runs' folders.
        versions: what is asked of two runs; see `build_report`.
    """
    digest = hashlib.sha256(f"{platform.python_version()} {versions}".encode())
    for name in LIBRARIES:
        digest.update(f"\n{name} {importlib.metadata.version(name)}".encode())
    root = Path(__file__).resolve().parents[2]
    for path in _sources(root):
        _add(digest, path.relative_to(root).as_posix(), path)
    for plugin in plugins():  # they bring claims, metrics and titles
        digest.update(f"\n{plugin.name}".encode())
        for path in plugin.sources:
            _add(digest, path.name, path)
    for directory in directories:
        digest.update(b"\n" + os.fsencode(directory))  # a name may be no UTF-8
        for path in sorted([*directory.glob("*.json*"), *directory.glob("certificates/*.json*")]):
            if path.name == WALL_TIME:
                digest.update(f"\n{path.name} {_measuring_time(directory)}".encode())
            else:
                _add(digest, path.name, path)
    return digest.hexdigest()


def remembered_state(out: Path) -> State | None:
    """What the folder's last report was made from; None where that is not known."""
    try:
        content = json.loads((out / OWN / STATE).read_text(encoding="utf-8"))
        return State(str(content["inputs"]), dict(content["outputs"]), dict(content["figures"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def remember(out: Path, state: State) -> None:
    """Keep it for the next report."""
    write_beside(out / OWN / STATE, json.dumps(asdict(state), indent=1) + "\n")


def is_intact(out: Path, state: State, names: Sequence[str] | None = None) -> bool:
    """Whether the files, all or those named, are there as they were written."""
    wanted = state.outputs if names is None else {name: state.outputs.get(name) for name in names}
    return all(file_digest(out / name) == digest for name, digest in wanted.items())


def file_digest(path: Path) -> str:
    """SHA-256 of a file; empty for one that cannot be read or is a link."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _measuring_time(directory: Path) -> str:
    """What a report shows of where time went: its own making, which is added later, is not part of it."""
    try:
        spent = read_wall_time(directory)
    except RunFolderError as error:
        return str(error)
    return "" if spent is None else str(spent.parts(without=("report",)))


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*") if path.suffix in ENDINGS)


def _add(digest: "hashlib._Hash", name: str, path: Path) -> None:
    digest.update(f"\n{name} {file_digest(path)}".encode())

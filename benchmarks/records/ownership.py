"""Which folders and files are ours: nothing that somebody else made is overwritten, deleted or written through a link.

A folder that a command writes to is marked by a folder of its own inside it, `.threefold`, which also holds the lock
and the working files. Folders written before that mark existed are known by what they hold.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from benchmarks.records.output_files import is_own_page
from benchmarks.records.results import Record
from benchmarks.records.store import LARGEST_LINE, MANIFEST, RECORDS, RunFolderError, read_manifest

#: The folder of our own inside each folder that is written to, and the file in it that says whose it is.
OWN = ".threefold"
MARK = "made-by-threefold.txt"
MARK_TEXT = "Working files of the Threefold run or report in the folder above.\n"
PAGE, TABLES, FIGURES, BENCHMARKS = "index.html", "tables", "figures", "benchmarks"
#: What is written directly into the folder: a link of such a name would lead the writing elsewhere.
WRITTEN = (OWN, MANIFEST, RECORDS, "wall-time.json", "defaults.jsonl", PAGE, TABLES, FIGURES, BENCHMARKS, "arrays")
#: What is written, and in the end deleted, in our own folder.
WRITTEN_INSIDE = ("lock", "work")


def working_folder(directory: Path) -> Path:
    """Where a run keeps what it needs only until it ends: prepared data, trainings under way, logs."""
    return directory / OWN / "work"


@dataclass
class Holding:
    """A folder held by this process."""

    #: Whether what was made of the folder stays when an error ends the holding.
    keep: bool = False


@contextmanager
def holding(directory: Path) -> Iterator[Holding]:
    """Hold a folder for this process alone; the lock goes with the process, however it ends.

    The folder is made when it is not there. When an error ends the context before `keep` was set, what was made here
    is removed again, so that a refused command leaves everything as it was.

    Raises:
        RunFolderError: the folder holds files but nothing of ours, or a link where we would write, or is in use, or
            its path is not in UTF-8.
        OSError: the folder cannot be made.
    """
    check_folder(directory)
    check_measuring_folder(directory)
    made = [folder for folder in (directory / OWN, directory, *directory.parents) if not folder.exists()]
    claim_folder(directory)
    lock = FileLock(directory / OWN / "lock")
    held = Holding(keep=True)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunFolderError(
                f"{directory}: another run is writing here; wait for it or give another --out"
            ) from None
        held.keep = False
        yield held
    except BaseException:
        if not held.keep:
            _remove(made)
        raise
    finally:
        lock.release()


def claim_folder(directory: Path) -> None:
    """Make the folder where it is not there, and mark it as ours.

    Raises:
        RunFolderError: as `check_folder`.
        OSError: the folder cannot be written.
    """
    check_folder(directory)
    own = directory / OWN
    own.mkdir(parents=True, exist_ok=True)
    if not _has_mark(own):
        (own / MARK).write_bytes(MARK_TEXT.encode())  # as text, Windows would write another line end than is compared


def check_folder(directory: Path) -> None:
    """Whether we may write here: the folder is not there, or is empty, or holds something of ours. Changes nothing.

    Raises:
        RunFolderError: it is a file or a broken link, or holds only what somebody else made, or a link where we would
            write.
    """
    for folder in (directory, *directory.parents):
        if folder.exists() and not folder.is_dir():
            raise RunFolderError(f"{folder}: is a file; give a folder with --out")
        if folder.is_symlink() and not folder.exists():
            raise RunFolderError(f"{folder}: is a link that leads nowhere; give a folder with --out")
    if not directory.exists():
        return
    for name in (*WRITTEN, *(f"{OWN}/{inside}" for inside in WRITTEN_INSIDE)):
        if (directory / name).is_symlink():
            raise RunFolderError(f"{directory / name}: is a link, and nothing is written through links; move it away")
    own = directory / OWN
    if own.exists() and not _has_mark(own) and (not own.is_dir() or any(own.iterdir())):
        raise RunFolderError(f"{own}: is not Threefold's; give another folder with --out")
    if any(directory.iterdir()) and not _is_ours(directory):
        raise RunFolderError(f"{directory}: holds files but no run of Threefold's; give a new folder with --out")


def check_measuring_folder(directory: Path) -> None:
    """Whether measured processes can be given the folder: what they are asked to do is written in UTF-8.

    Raises:
        RunFolderError: its path, or that of the current folder, is not.
    """
    try:
        str(directory.absolute()).encode()
    except UnicodeEncodeError:
        raise RunFolderError(
            f"{directory.absolute()}: its path holds bytes that are not UTF-8; give another folder with --out"
        ) from None


def check_report_files(directory: Path) -> None:
    """Whether a report may be written here: page and tables that are there were written by a report.

    The page is written first, so that a folder with a page of ours has no tables but ours.

    Raises:
        RunFolderError: a page or a table is there that no report wrote.
    """
    page = directory / PAGE
    if page.exists() or page.is_symlink():
        if not is_own_page(page):
            raise RunFolderError(
                f"{page}: was not written by Threefold; move it away or give another folder with --out"
            )
        return
    for table in sorted((directory / TABLES).glob("*")):
        # `threefold certify` leaves its tables in a run's folder, too.
        if table.stem not in ("certificates", "defaults"):
            raise RunFolderError(
                f"{table}: was not written by Threefold's report; move it away or give another folder with --out"
            )


def _is_ours(directory: Path) -> bool:
    own = directory / OWN
    if own.is_dir():  # by now ours, or empty: then we were ended before we marked it
        return True
    if (directory / MANIFEST).exists():
        read_manifest(directory)
        return True
    return is_own_page(directory / PAGE) or _begins_with_record(directory / RECORDS)


def is_claimed(directory: Path) -> bool:
    """Whether `claim_folder` has marked it."""
    return _has_mark(directory / OWN)


def _has_mark(own: Path) -> bool:
    mark = own / MARK
    if mark.is_symlink() or not mark.is_file():
        return False
    return mark.read_bytes() in (MARK_TEXT.encode(), b"")  # empty: we were ended while we wrote it


def _begins_with_record(records: Path) -> bool:
    """Whether the file is one of records: what `threefold certify` left before folders were marked."""
    if not records.is_file():
        return False
    with records.open("rb") as file:
        line = file.readline(LARGEST_LINE)
    try:
        Record.model_validate_json(line)
    except ValidationError:
        return False
    return True


def _remove(made: list[Path]) -> None:
    """Remove what was made here: our own folder whole, those around it if nothing else is in them."""
    for folder in made:
        if folder.name == OWN:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            folder.rmdir()
        except OSError:
            return

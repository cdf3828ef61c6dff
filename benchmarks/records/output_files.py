"""Single files that a command is to write: whether each may be, which is known before anything takes time.

A name or a title does not make a file ours: people have an `index.html` about something that is called Threefold, and
tables of their own. A page of ours begins with lines that no other page has; a table has our columns.
"""

import csv
import os
from collections.abc import Callable, Collection
from pathlib import Path

from benchmarks.records.store import RunFolderError

#: Bytes from the beginning of a file by which it is recognized.
HEAD = 20_000
#: What every version's page of a report has: the beginning, and before the title the rules of what it may load.
PAGE_BEGINNING = b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
PAGE_TITLE = (
    b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    b"script-src 'unsafe-inline'; img-src data:\">\n"
    b'<link rel="icon" href="data:,">\n<title>Threefold: '
)
#: Share of a table's columns that have to be ours: other versions have a few more or less.
SHARED_COLUMNS = 0.5


def nothing(_: bytes) -> bool:
    """For files that are never replaced."""
    return False


def check_output_file(path: Path, option: str, is_ours: Callable[[bytes], bool] = nothing) -> None:
    """Whether the file may be written: its folder is there and writable, and it is new, empty or ours. Changes nothing.

    Args:
        path: the file.
        option: of the command line that names it.
        is_ours: says of the first bytes of a file whether an earlier command wrote it, so that it may be replaced.

    Raises:
        RunFolderError: it may not, with the reason and what to do.
    """
    if path.is_symlink():
        raise RunFolderError(f"{path}: is a link, and nothing is written through links; give {option} the file itself")
    if path.exists() and not path.is_file():
        what = "folder" if path.is_dir() else "device or pipe"
        raise RunFolderError(f"{path}: is a {what}, which is not replaced; give {option} a file")
    folder = path.parent
    if not folder.is_dir():
        raise RunFolderError(f"{folder}: is no folder; make it, or give {option} a file in another one")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RunFolderError(f"{folder}: cannot be written to; give {option} a file in another folder")
    if path.exists():
        with path.open("rb") as file:
            head = file.read(HEAD)
        if head and not is_ours(head):
            why = "exists already" if is_ours is nothing else "was not written by Threefold"
            raise RunFolderError(f"{path}: {why}; move it away or give {option} another file")


def check_output_folder(folder: Path, option: str) -> None:
    """Whether files can be written into the folder, or it can be made. Changes nothing.

    Raises:
        RunFolderError: a file is in its place, or the system does not let us.
    """
    if folder.is_symlink() and not folder.exists():
        raise RunFolderError(f"{folder}: is a link that leads nowhere; give another folder with {option}")
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        raise RunFolderError(f"{there}: is a file; give a folder with {option}")
    if not os.access(there, os.W_OK | os.X_OK):
        raise RunFolderError(f"{there}: cannot be written to; give another folder with {option}")


def begins_like_page(head: bytes) -> bool:
    """Whether a file that begins so is a report's page, of this version or an earlier one."""
    text = head.replace(b"\r\n", b"\n").lstrip()  # git gives a checkout on Windows that line end
    return text.startswith(PAGE_BEGINNING) and PAGE_TITLE in text


def is_own_page(page: Path) -> bool:
    """Whether the file is a page that a report of ours wrote, and no link."""
    return not page.is_symlink() and page.is_file() and begins_like_page(_head(page))


def check_tables(
    folder: Path,
    name: str,
    columns: Collection[str],
    titles: Collection[str],
    columns_of_parquet: Callable[[Path], Collection[str]] | None = None,
) -> None:
    """Whether the table's files may be written: each is new, or an earlier one of ours. Changes nothing.

    Args:
        folder: of the tables.
        name: of the table; its files are `NAME.csv` and its twins.
        columns: that it has today.
        titles: of the columns, as Markdown shows them.
        columns_of_parquet: reads those of a Parquet file, where one is written.

    Raises:
        RunFolderError: a file of such a name is a link, or was not written by Threefold.
    """
    ours: dict[str, Callable[[Path], bool]] = {
        "csv": lambda path: _mostly(next(csv.reader([_first_line(path)]), []), columns),
        "md": lambda path: _mostly(_markdown_titles(_first_line(path)), titles),
        "parquet": lambda path: _mostly(columns_of_parquet(path) if columns_of_parquet else (), columns),
    }
    for ending, is_ours in ours.items():
        path = folder / f"{name}.{ending}"
        if ending == "parquet" and columns_of_parquet is None:
            continue
        if path.is_symlink() or (path.exists() and not (path.is_file() and is_ours(path))):
            raise RunFolderError(
                f"{path}: was not written by Threefold; move it away or give another folder with --out"
            )


def _mostly(there: Collection[str], ours: Collection[str]) -> bool:
    """Whether most are ours; `certify` and a report write the same columns as `aligned_bound` and "Aligned bound"."""
    known, given = ({each.casefold().replace("_", " ") for each in names} for names in (ours, there))
    return len(known & given) > SHARED_COLUMNS * max(len(given), 1)


def _markdown_titles(line: str) -> list[str]:
    return [cell.strip().replace("\\", "") for cell in line.strip("|").split("|")] if line.startswith("|") else []


def _first_line(path: Path) -> str:
    return _head(path).partition(b"\n")[0].decode("utf-8-sig", errors="replace").strip()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)

"""Single files that a command is to write: whether each may be, which is known before anything takes time."""

import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.records.store import RunFolderError

#: Bytes from the beginning of a file by which it is recognized.
HEAD = 20_000


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

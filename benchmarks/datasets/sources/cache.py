"""Where fetched data lies, and how files get there: written beside their place and renamed when they are right."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

#: Names another folder than the system's cache folder.
FOLDER_VARIABLE = "THREEFOLD_DATA"


def data_folder() -> Path:
    """The data cache: $THREEFOLD_DATA, otherwise `threefold` in the user's cache folder of this system."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given).expanduser() if given else platformdirs.user_cache_path("threefold")


@contextmanager
def workspace(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`, so that renaming out of it is atomic; removed with all that is left in it.

    `folder` goes too where nothing has come to lie in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as name:
            yield Path(name)
    finally:
        with suppress(OSError):  # not empty
            folder.rmdir()

"""What can be wrong with a user's own file."""

from benchmarks.datasets.errors import DatasetError
from benchmarks.printable import shortened

#: Characters of a message at most: names and values of a file may be of any length.
LONGEST = 2000


class OwnDataError(DatasetError):
    """A file cannot be read as a table, or cannot be learned from; the message says what to do, on one line."""

    def __init__(self, message: str) -> None:
        super().__init__(shortened(message, LONGEST))

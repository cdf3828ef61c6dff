"""What can be wrong with a user's own file."""

from benchmarks.datasets.errors import DatasetError


class OwnDataError(DatasetError):
    """A file cannot be read as a table, or cannot be learned from; the message says what to do."""

"""What can be wrong with a data set."""

from impls import ThreefoldError


class DatasetError(ThreefoldError):
    """A data set is unknown, or could not be fetched."""


class DatasetMissing(DatasetError):  # noqa: N818 - it reads as what is the matter, as FileExistsError's kin do not
    """A data set is not on this machine."""


class DatasetCorrupt(DatasetError):  # noqa: N818 - as above
    """Files or arrays are not what was published."""

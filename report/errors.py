"""What can go wrong between records and page."""

from impls.errors import ThreefoldError


class ReportError(ThreefoldError):
    """A report cannot be written, or a README has no place for its results."""

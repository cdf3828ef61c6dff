"""What is wrong with a cluster, in one line."""

from impls.errors import ThreefoldError


class ClusterError(ThreefoldError):
    """The cluster cannot be used, or is lost."""


class WorkerError(ThreefoldError):
    """A worker cannot do its work: it has other versions, say, or its disk is full; the message names it."""

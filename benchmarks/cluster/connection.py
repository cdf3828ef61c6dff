"""From an address to a Dask cluster, or one made on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.environment import available_cores
from impls.errors import ThreefoldError

if TYPE_CHECKING:
    from benchmarks.cluster.training import Cluster

#: In the place of an address: workers on this machine, one a processor.
LOCAL = "local"
#: Seconds within which the scheduler has to answer.
CONNECTING_S = 20


class ClusterError(ThreefoldError):
    """The cluster cannot be used."""


@contextmanager
def cluster_at(address: str | None, threads: int) -> Iterator["Cluster | None"]:
    """The cluster at a scheduler's address; for `LOCAL` one of this machine, which ends with the context.

    Args:
        address: such as "tcp://10.0.0.1:8786"; None for no cluster.
        threads: of each measured process.

    Raises:
        ClusterError: Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterError("--dask needs Dask: python -m pip install 'threefold[dask]'") from None
    from benchmarks.cluster.training import Cluster

    if address == LOCAL:
        workers = max(1, available_cores() // threads)
        # Memory is limited cell by cell, as without a cluster.
        settings: dict[str, Any] = {"threads_per_worker": 1, "dashboard_address": None, "memory_limit": 0}
        with LocalCluster(n_workers=workers, **settings) as cluster, Client(cluster) as client:
            yield Cluster(client, ends=cluster.close)
        return
    try:
        client = Client(address, timeout=CONNECTING_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"--dask {address}: no scheduler answers there ({type(error).__name__}: {error})") from None
    with client:
        yield Cluster(client)

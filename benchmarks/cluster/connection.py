"""From an address to a Dask cluster, or one made on this machine."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.cluster.errors import ClusterError
from benchmarks.cluster.patience import PATIENCE_S
from benchmarks.environment import available_cores

if TYPE_CHECKING:
    from benchmarks.cluster.cluster import Cluster

#: In the place of an address: workers on this machine, one a processor.
LOCAL = "local"
#: Settings of Dask for processes that share a machine with what is measured: by itself it looks at every worker a
#: hundred times a second, and at every event loop fifty times.
QUIET: Mapping[str, Any] = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.tick.cycle": "10s",
}
#: Seconds within which the scheduler has to answer.
CONNECTING_S = 20


def quiet_environment() -> dict[str, str]:
    """`QUIET` as variables of Dask's own processes."""
    return {f"DASK_{name.upper().replace('.', '__')}": str(value) for name, value in QUIET.items()}


@contextmanager
def cluster_at(
    address: str | None, threads: int, say: Callable[[str], None] = print, patience_s: float = PATIENCE_S
) -> Iterator["Cluster | None"]:
    """The cluster at a scheduler's address; for `LOCAL` one of this machine, which ends with the context.

    Args:
        address: such as "tcp://10.0.0.1:8786"; None for no cluster.
        threads: of each measured process.
        say: takes a line on workers that are waited for.
        patience_s: seconds without workers after which waiting is over.

    Raises:
        ClusterError: Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield None
        return
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterError("--dask needs Dask: python -m pip install 'threefold[dask]'") from None
    from benchmarks.cluster.cluster import Cluster

    if address == LOCAL:
        workers = max(1, available_cores() // threads)
        # Memory is limited cell by cell, as without a cluster.
        settings: dict[str, Any] = {"threads_per_worker": 1, "dashboard_address": None, "memory_limit": 0}
        with (
            dask.config.set(QUIET),
            LocalCluster(n_workers=workers, **settings) as cluster,
            Client(cluster) as client,
        ):
            yield Cluster(client, say, patience_s, ends=cluster.close)
        return
    try:
        client = Client(address, timeout=CONNECTING_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"--dask {address}: no scheduler answers there ({type(error).__name__}: {error})") from None
    with client:
        yield Cluster(client, say, patience_s)

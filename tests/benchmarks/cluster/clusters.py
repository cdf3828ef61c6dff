"""Local clusters of real processes for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.remembered import remembering

distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")


@contextmanager
def local_cluster(workers: int, threads: int = 1, **settings: Any) -> Iterator[Any]:
    """A client of a cluster with this number of workers."""
    common = {"threads_per_worker": threads, "dashboard_address": None, "memory_limit": 0, "preload": [remembering()]}
    with (
        distributed.LocalCluster(n_workers=workers, **common, **settings) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client

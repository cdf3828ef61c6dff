"""What every test of clusters needs."""

from collections.abc import Iterator
from multiprocessing import resource_tracker

import pytest


@pytest.fixture(scope="module", autouse=True)
def nothing_stays() -> Iterator[None]:
    """The helper of `multiprocessing` would stay a child of this process, and other tests count those."""
    yield
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # there is no public way

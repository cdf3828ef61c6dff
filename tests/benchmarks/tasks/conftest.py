"""Made data in the place of a task's data set."""

from collections.abc import Callable

import pytest

from benchmarks.tasks import preparation
from tests.benchmarks.tasks.samples import Made

Use = Callable[[Made], Made]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes the made data the one that tasks find."""

    def put(made: Made) -> Made:
        monkeypatch.setattr(preparation, "dataset", lambda _: made.dataset())
        return made

    return put

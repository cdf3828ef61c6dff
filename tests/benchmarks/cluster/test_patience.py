"""Waiting for workers is said, and ends."""

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.cluster import patience
from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.errors import ClusterError
from benchmarks.cluster.patience import Patience
from benchmarks.runner.run import run_suite
from benchmarks.suites import Suite
from tests.benchmarks.cluster.clusters import local_cluster


class Clock:
    """Seconds, as a test sets them."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_waiting_is_said_now_and_then_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    lines: list[str] = []
    waiting = Patience("a worker", "start one", lines.append, limit_s=150)
    for second in range(150):
        clock.now = float(second)
        waiting.look(False)
    assert lines == [
        "waiting for a worker for 2 s so far, for 2 min 30 s at most: start one",
        "waiting for a worker for 1 min 02 s so far, for 2 min 30 s at most: start one",
        "waiting for a worker for 2 min 02 s so far, for 2 min 30 s at most: start one",
    ]
    waiting.look(True)
    for second in range(200, 350):  # it begins anew
        clock.now = float(second)
        waiting.look(False)
    clock.now = 350.0
    with pytest.raises(ClusterError, match=r"no sign of a worker for 2 min 30 s; finished cells are kept: start one"):
        waiting.look(False)


def test_a_cluster_without_workers_is_waited_for_aloud_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "FIRST_LINE_S", 0.0)
    lines: list[str] = []
    suite = Suite(name="small", tasks=("wine",), implementations=("numpy",), folds=2, max_epochs=1)
    with local_cluster(0) as client:
        cluster = Cluster(client, lines.append, patience_s=1.5)
        with pytest.raises(ClusterError, match=r"no sign of a worker at tcp://\S+ for \d s; .* --dask-wait SECONDS"):
            run_suite(
                suite, tmp_path / "run", Console(quiet=True), label=None, retry=False, only="accuracy",
                trainer=cluster.train,
            )  # fmt: skip
    assert lines[0].startswith("waiting for a worker at tcp://")
    assert "start 'dask worker tcp://" in lines[0]

"""The benchmark of the cluster: cells that do nothing cost less than what is allowed of our own time."""

import json

import pytest

from benchmarks.cluster import benchmark
from tests.benchmarks.cluster.clusters import distributed

assert distributed  # skips the module where it is not installed


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_scheduling_a_cell_takes_less_than_five_milliseconds_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(["scheduling", "--cells", "10000"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["cells"] >= 10_000
    assert 0 < measured["milliseconds_a_cell"] < 5.0


def test_the_exit_code_says_whether_it_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(benchmark, "scheduling", lambda cells: {"cells": cells, "milliseconds_a_cell": 4.0})
    monkeypatch.setattr(benchmark, "by_workers", lambda *given: {"speedup": 1.75, "bare_speedup": 2.0})
    assert benchmark.main(["scheduling"]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == 10_000
    assert benchmark.main(["scheduling", "--at-most", "3.9"]) == 1
    assert benchmark.main(["workers"]) == 1
    assert benchmark.main(["workers", "--at-least", "1.7"]) == 0
    monkeypatch.setattr(benchmark, "by_workers", lambda *given: {"speedup": 1.75, "bare_speedup": 1.9})
    assert benchmark.main(["workers"]) == 0, "nine tenths of what the machine allows"


def test_bare_processes_train_the_same_cells() -> None:
    assert benchmark._trained_bare(1, 2) > 0


def test_a_suite_of_cells_has_as_many_as_are_wanted() -> None:
    assert len(benchmark._idle_suite(200).variants) == 20
    assert len(benchmark._trained_suite(30).variants) == 30

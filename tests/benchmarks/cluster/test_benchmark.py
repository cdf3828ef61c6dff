"""The benchmark of the cluster: cells that do nothing cost less than what is allowed of our own time."""

import json

import pytest

from benchmarks.cluster import benchmark
from benchmarks.cluster.connection import QUIET, quiet_environment
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


def test_what_is_trained_is_the_network_and_not_a_baseline() -> None:
    cell = benchmark._trained_cell(benchmark._trained_suite(2))
    assert cell.implementation == "numpy"
    assert cell.epochs == benchmark.EPOCHS


def test_dask_reads_the_variables_that_keep_it_quiet() -> None:
    import dask

    read = dask.config.collect_env(quiet_environment())
    assert read["distributed"]["worker"]["profile"]["enabled"] is False
    assert read["distributed"]["admin"]["tick"]["interval"] == "500ms"
    for name in QUIET:
        assert dask.config.get(name) is not None, "a setting of this name"

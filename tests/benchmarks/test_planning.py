"""Suites become cells in the right order, and a cell's key changes with all that determines its result."""

from itertools import groupby

import pytest

import benchmarks.planning
from benchmarks.cells import AccuracyCell, CertificateCell, TimingCell, cell_key
from benchmarks.facts import data_facts
from benchmarks.planning import DataFacts, Planned, plan
from benchmarks.suites import Suite, read_suite
from tests.benchmarks.sample_cells import accuracy_cell


def planned(suite: Suite) -> list[Planned]:
    return plan(suite, {name: data_facts(name) for name in suite.tasks})


def test_the_quick_suite_has_every_cell_once() -> None:
    cells = planned(read_suite("quick"))
    assert len({each.key for each in cells}) == len(cells)
    places = {
        (each.cell.task, each.cell.architecture, each.cell.implementation)
        for each in cells
        if isinstance(each.cell, AccuracyCell)
    }
    pairs = [("breast-cancer", "mlp"), ("diabetes", "mlp"), ("digits", "mlp"), ("digits", "cnn")]
    implementations = ("numpy", "torch", "keras-tensorflow")
    assert places == {(*pair, name) for pair in pairs for name in implementations} | {
        (task, "linear", "scikit-learn") for task in ("breast-cancer", "diabetes", "digits")
    }


def test_every_network_but_the_references_own_is_certified() -> None:
    cells = [each.cell for each in planned(read_suite("quick"))]
    timed = {(c.task, c.architecture, c.implementation) for c in cells if isinstance(c, TimingCell)}
    certified = {(c.task, c.architecture, c.implementation) for c in cells if isinstance(c, CertificateCell)}
    assert certified == {place for place in timed if place[2] != "numpy"}


def test_timings_go_round_all_places_before_any_is_launched_again() -> None:
    launches = [each.cell.launch for each in planned(read_suite("quick")) if isinstance(each.cell, TimingCell)]
    assert [launch for launch, _ in groupby(launches)] == list(range(read_suite("quick").timing.launches))


def test_a_published_test_part_is_one_fold() -> None:
    suite = read_suite("full").model_copy(update={"tasks": ("fashion-mnist",), "implementations": ("numpy",)})
    cells = plan(suite, {"fashion-mnist": DataFacts("abc", has_test_part=True)})
    folds = {each.cell.folds for each in cells if isinstance(each.cell, AccuracyCell)}
    assert folds == {1}


def test_numpy_is_not_planned_on_a_gpu() -> None:
    suite = read_suite("quick").model_copy(update={"devices": ("cpu", "cuda")})
    on_gpu = {
        each.cell.implementation
        for each in planned(suite)
        if isinstance(each.cell, AccuracyCell) and each.cell.device == "cuda"
    }
    assert on_gpu == {"torch", "keras-tensorflow"}


def test_the_same_plan_has_the_same_keys() -> None:
    assert planned(read_suite("quick")) == planned(read_suite("quick"))


@pytest.mark.parametrize(
    "change",
    [{"seeds": (1,)}, {"folds": 3}, {"epochs": 2}, {"threads": 2}, {"dtype": "float64"}, {"settings": {}}],
)
def test_a_cells_key_changes_with_each_of_its_fields(change: dict[str, object]) -> None:
    cell = accuracy_cell()
    assert cell_key(cell, {}) != cell_key(cell.model_copy(update=change), {})


def test_a_cells_key_changes_with_versions_sources_and_data(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = read_suite("quick")
    before = {each.key for each in planned(suite)}
    facts = {name: DataFacts("other data") for name in suite.tasks}
    peaks = {each.key for each in planned(suite) if each.cell.kind == "peak"}
    assert before & {each.key for each in plan(suite, facts)} == peaks
    monkeypatch.setattr(benchmarks.planning, "sources_digest", lambda: "changed")
    assert not before & {each.key for each in planned(suite)}

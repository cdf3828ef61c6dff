"""Suites become cells in the right order, and a cell's key changes with all that determines its result."""

from collections import Counter
from itertools import groupby
from typing import Any

import pytest

import benchmarks.runner.plan
from benchmarks.environment import sources_digest
from benchmarks.records.cells import AccuracyCell, CertificateCell, Planned, TimingCell, cell_key
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import DataFacts, plan
from benchmarks.suites import Suite, read_suite
from benchmarks.tasks import tasks
from tests.benchmarks.sample_cells import accuracy_cell


def planned(suite: Suite) -> list[Planned]:
    return plan(suite, {name: data_facts(name) for name in suite.tasks})


def cells_of(suite: Suite, kind: type[Any]) -> list[Any]:
    return [each.cell for each in planned(suite) if isinstance(each.cell, kind)]


def test_the_quick_suite_has_every_cell_once() -> None:
    cells = planned(read_suite("quick"))
    assert len({each.key for each in cells}) == len(cells)
    places = {
        (each.cell.task, each.cell.architecture, each.cell.implementation)
        for each in cells
        if isinstance(each.cell, AccuracyCell)
    }
    implementations = ("numpy", "torch", "keras-tensorflow")
    chosen = [tasks()[name] for name in read_suite("quick").tasks]
    assert places == {
        (task.name, label, name) for task in chosen for label in task.recipes for name in implementations
    } | {(task.name, label, each.implementation) for task in chosen for label, each in task.baselines.items()}
    assert ("digits", "cnn", "numpy") in places
    assert ("digits", "linear", "scikit-learn") in places


def test_recipes_go_by_their_labels_and_networks_by_their_folders() -> None:
    suite = read_suite("quick").model_copy(update={"recipes": ("gru", "additive")})
    certified = {(c.task, c.architecture, c.network) for c in cells_of(suite, CertificateCell)}
    assert certified == {
        ("adding-problem-20-quick", "gru", "recurrent"),
        ("cmudict-quick", "additive", "seq2seq"),
    }
    old = accuracy_cell()
    assert old.network == "mlp", "records of before there were labels"


def test_long_tasks_are_spared() -> None:
    suite = read_suite("standard")
    for cell in cells_of(suite, TimingCell):
        is_long = cell.task in suite.long.tasks
        assert cell.implementation in (suite.long.implementations if is_long else suite.implementations)
        assert cell.launch < (suite.long.launches if is_long else suite.timing.launches)
        assert cell.batch_sizes == (suite.long.batch_sizes if is_long else suite.timing.batch_sizes)
    seeds = {cell.task: cell.seeds for cell in cells_of(suite, AccuracyCell) if cell.implementation == "numpy"}
    assert seeds["digits"] == seeds["names"] == (0, 1, 2)
    assert seeds["wine"] == tuple(range(10))
    assert {cell.implementation for cell in cells_of(suite, TimingCell) if cell.task == "digits"} == {
        "numpy",
        "torch",
        "torch+compile",
        "keras-tensorflow",
        "keras-tensorflow+xla",
        "keras-jax",
    }


@pytest.mark.parametrize("name", ["quick", "standard"])
def test_every_network_is_repeated_often_enough_to_say_something(name: str) -> None:
    suite = read_suite(name)
    small_tables = {"breast-cancer", "wine", "diabetes"}
    for cell in cells_of(suite, AccuracyCell):
        if not cell.is_baseline:
            assert len(cell.seeds) >= (10 if cell.task in small_tables else 3)
    launches: dict[tuple[str, str, str], int] = Counter(
        (cell.task, cell.architecture, cell.implementation) for cell in cells_of(suite, TimingCell)
    )
    assert min(launches.values()) >= 5


def test_seeds_of_single_tasks_go_before_those_of_all() -> None:
    suite = Suite(name="x", tasks=("wine", "digits"), implementations=("numpy",), repeats=3, seeds={"wine": 7})
    assert (suite.repeats_of("wine"), suite.repeats_of("digits")) == (7, 3)


def test_a_run_never_does_more_than_it_was_asked_for() -> None:
    update = {"implementations": ("torch+compile", "numpy"), "repeats": 1, "seeds": {}, "tasks": ("names", "digits")}
    suite = read_suite("standard").model_copy(update=update)
    assert suite.implementations_of("names") == ("numpy",)
    assert suite.implementations_of("digits") == ("torch+compile", "numpy")
    assert suite.repeats_of("names") == suite.repeats_of("digits") == 1


@pytest.mark.parametrize(
    ("task", "folds", "seeds", "baseline_seeds"),
    [
        ("digits", 5, (0, 1), (0, 1)),
        ("names", 1, (0, 1), (0, 1)),  # each seed draws its test part
        ("reuters-r8", 1, (0, 1), (0,)),  # a published test part
        ("king-james-bible-quick", 1, (0, 1), (0,)),  # the end of a text
    ],
)
def test_baselines_are_trained_once_where_no_seed_draws_the_test_part(
    task: str, folds: int, seeds: tuple[int, ...], baseline_seeds: tuple[int, ...]
) -> None:
    suite = Suite(name="x", tasks=(task,), implementations=("numpy",), repeats=2)
    for cell in cells_of(suite, AccuracyCell):
        assert cell.folds == folds
        assert cell.seeds == (baseline_seeds if cell.is_baseline else seeds)


@pytest.mark.parametrize(("most", "epochs"), [(None, 12), (3, 3), (40, 12)])
def test_a_suite_may_end_trainings_early_but_never_prolongs_them(most: int | None, epochs: int) -> None:
    suite = Suite(name="x", tasks=("names",), recipes=("rnn",), implementations=("numpy",), max_epochs=most)
    epochs_of = {cell.architecture: cell.epochs for cell in cells_of(suite, AccuracyCell)}
    assert epochs_of == {"rnn": epochs, "character-bag": 0}


def test_a_suite_may_run_some_recipes_of_a_task_and_all_of_another() -> None:
    suite = Suite(name="x", tasks=("names", "digits"), implementations=("numpy",), recipes_of={"names": ("rnn", "cnn")})
    trained = {(cell.task, cell.architecture) for cell in cells_of(suite, AccuracyCell) if not cell.is_baseline}
    assert trained == {("names", "rnn"), ("names", "cnn"), ("digits", "mlp"), ("digits", "cnn")}


def test_a_task_may_end_its_trainings_sooner_or_later_than_the_suites_others() -> None:
    suite = Suite(
        name="x",
        tasks=("names", "digits", "diabetes"),
        recipes=("rnn", "mlp"),
        implementations=("numpy",),
        max_epochs=3,
        epochs={"digits": 5, "diabetes": 1000},
    )
    epochs_of = {(c.task, c.architecture): c.epochs for c in cells_of(suite, AccuracyCell) if not c.is_baseline}
    whole = tasks()["diabetes"].recipes["mlp"].epochs
    assert epochs_of == {("names", "rnn"): 3, ("names", "mlp"): 3, ("digits", "mlp"): 5, ("diabetes", "mlp"): whole}


def test_every_network_is_certified_at_its_batch_sizes_the_references_too() -> None:
    quick = read_suite("quick")
    sizes = quick.timing.model_copy(update={"batch_sizes": (32, 256)})
    cells = [each.cell for each in planned(quick.model_copy(update={"timing": sizes}))]
    timed = {(c.task, c.architecture, c.implementation) for c in cells if isinstance(c, TimingCell)}
    certified = {(c.task, c.architecture, c.implementation) for c in cells if isinstance(c, CertificateCell)}
    trained = {
        (c.task, c.architecture, c.implementation) for c in cells if isinstance(c, AccuracyCell) and not c.is_baseline
    }
    assert certified == trained
    cnn = [c for c in cells if isinstance(c, CertificateCell) and (c.task, c.architecture) == ("digits", "cnn")]
    assert {cell.sizes for cell in cnn} == {(32, 64, 256)}
    assert len(cnn) == 3
    assert timed == {place for place in trained if place[0] not in read_suite("quick").timing.leave_out}
    assert timed < trained


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
    monkeypatch.setattr(benchmarks.runner.plan, "sources_digest", lambda timed: f"changed {timed}")
    assert not before & {each.key for each in planned(suite)}


def test_how_times_are_taken_is_part_of_the_keys_of_times_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = read_suite("quick")
    before = {each.key: each.cell.kind for each in planned(suite)}
    monkeypatch.setattr(benchmarks.runner.plan, "sources_digest", lambda timed: sources_digest() if not timed else "x")
    after = {each.key for each in planned(suite)}
    assert {kind for key, kind in before.items() if key not in after} == set(before.values())
    monkeypatch.setattr(
        benchmarks.runner.plan, "sources_digest", lambda timed: "x" if timed else sources_digest(timed=False)
    )
    after = {each.key for each in planned(suite)}
    assert {kind for key, kind in before.items() if key not in after} == {"timing", "peak"}


def test_the_reference_is_certified_on_the_cpu_where_a_suite_leaves_it_out() -> None:
    suite = Suite(name="x", tasks=("breast-cancer",), implementations=("torch",), devices=("cuda",))
    cells = cells_of(suite, CertificateCell)
    assert [(cell.implementation, cell.device, cell.reference) for cell in cells] == [
        ("numpy", "cpu", "numpy"),
        ("torch", "cuda", "numpy"),
    ]

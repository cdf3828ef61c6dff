"""Tuning: no trial sees an example on which a run reports, and its record says what was tried."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.kinds import TaskError
from benchmarks.tasks import preparation
from benchmarks.tasks.base import Task
from benchmarks.tasks.preparation import load_split, splits, write_split
from benchmarks.tasks.split import split_path
from benchmarks.tuning.trials import append_trial, changed, read_trials, run_trial
from benchmarks.tuning.validation import untested_rows, validation_split
from impls import Training
from impls.mlp import MLP
from tests.benchmarks.tasks.samples import EXAMPLES, made_images, made_table, made_task

SEEDS = (0, 1, 2)


def rows_of_all_test_parts(task: Task, data: Data) -> set[int]:
    return {int(row) for seed in SEEDS for _, test in splits(task, data, 1, seed) for row in test}


@pytest.fixture(autouse=True)
def tables_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "dataset", lambda _: made_table("classification").dataset())


@pytest.mark.parametrize("grouped", [False, True])
def test_no_seed_tests_what_a_trial_sees(grouped: bool) -> None:
    task, data = made_task(held_out=12), made_table("classification").data
    data = replace(data, groups=np.arange(EXAMPLES) // 2 if grouped else None)
    train, validation = validation_split(task, data, SEEDS)
    tested = rows_of_all_test_parts(task, data)
    assert not tested & {*train.tolist(), *validation.tolist()}
    assert not set(train) & set(validation)
    rest = len(train) + len(validation)
    assert rest <= EXAMPLES - len(tested)
    assert len(validation) == pytest.approx(rest * 12 / EXAMPLES, abs=1)


def test_fewer_seeds_leave_more() -> None:
    task, data = made_task(held_out=12), made_table("classification").data
    assert len(untested_rows(task, data, SEEDS)) < len(untested_rows(task, data, (0,))) == EXAMPLES - 12


def test_of_what_has_an_order_the_end_of_the_training_part_validates() -> None:
    data = replace(made_table("regression").data, test_examples=12)
    train, validation = validation_split(made_task("forecasting"), data, SEEDS)
    assert [*train, *validation] == list(range(EXAMPLES - 12))
    assert len(validation) == round((EXAMPLES - 12) * 12 / EXAMPLES)


def test_a_published_test_part_is_left_alone() -> None:
    data = made_images(test_examples=10).data
    train, validation = validation_split(made_task(preprocessing=None, pixel_maximum=255), data, SEEDS)
    assert sorted([*train, *validation]) == list(range(EXAMPLES - 10))


def test_of_a_cross_validation_nothing_is_left() -> None:
    with pytest.raises(TaskError, match="'made-task' is cross-validated: each of its examples is in a test part"):
        validation_split(made_task(), made_table("classification").data, SEEDS)


def test_settings_are_changed_where_they_belong() -> None:
    recipe = made_task().recipes["mlp"]
    variant = changed(recipe, {"hidden": [5, 6], "learning_rate": 0.25, "batch_size": 4, "epochs": 3})
    architecture = recipe.architecture
    assert isinstance(architecture, MLP)
    assert variant.architecture == replace(architecture, hidden=(5, 6))
    assert variant.training == replace(Training(), learning_rate=0.25)
    assert (variant.batch_size, variant.epochs) == (4, 3)
    with pytest.raises(TaskError, match="setting 'units' is unknown to recipes of mlp"):
        changed(recipe, {"units": [3]})


def test_a_trial_is_stored_whole(tmp_path: Path) -> None:
    task, data = made_task(held_out=12), made_table("classification").data
    train, validation = validation_split(task, data, SEEDS)
    write_split(task, data, train, validation, split_path(tmp_path, task.name, 0, 0))
    split = load_split(tmp_path, task.name, 0, 0)
    trials = [
        run_trial(task, "mlp", {"epochs": 3}, split, implementation=name, seed=1, spared_seeds=SEEDS)
        for name in ("numpy", "numpy")
    ]
    for trial in trials:
        append_trial(tmp_path / "made" / "trials.jsonl", trial)
    assert read_trials(tmp_path / "made" / "trials.jsonl") == trials
    first, again = trials
    assert [epoch.metrics for epoch in first.epochs] == [epoch.metrics for epoch in again.epochs]
    assert len(first.epochs) == 3
    assert first.epochs[2].train_loss < first.epochs[0].train_loss
    assert (first.train_examples, first.validation_examples) == (len(train), len(validation))
    assert (first.spared_seeds, first.changes) == (SEEDS, {"epochs": 3})


def test_another_file_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine\n")
    with pytest.raises(TaskError, match=r"thesis\.txt: is no record of trials; give another file with --out"):
        read_trials(tmp_path / "thesis.txt")

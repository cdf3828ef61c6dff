"""Tuning: no trial sees an example on which a run reports, and its record says what was tried."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.environment import machine
from benchmarks.kinds import TaskError
from benchmarks.tasks import preparation, tasks
from benchmarks.tasks.base import Task
from benchmarks.tasks.preparation import write_split
from benchmarks.tasks.split import Split, load_split, split_path
from benchmarks.tasks.splitting import splits
from benchmarks.tuning.trials import Trial, TrialEpoch, append_trial, chosen, read_trials, run_trial
from benchmarks.tuning.validation import untested_rows, validation_split
from tests.benchmarks.tasks.samples import EXAMPLES, made_images, made_table, made_task
from tests.test_project import PROJECT

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


def test_without_a_seed_or_with_an_unknown_recipe_there_is_no_trial() -> None:
    data = made_table("classification").data
    with pytest.raises(TaskError, match="without a spared seed"):
        validation_split(made_task(held_out=12), data, ())
    with pytest.raises(TaskError, match="'made-task' has no recipe 'lstn'; there are "):
        run_trial(made_task(held_out=12), "lstn", {}, Split(*[data.inputs] * 4, 0.0, 1.0))


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


def trial(values: list[float], training: str, seed: int = 0) -> Trial:
    return Trial(
        task="made-task", recipe="mlp", changes={}, architecture="MLP()", training=training, batch_size=8,
        implementation="numpy", seed=seed, spared_seeds=SEEDS, train_examples=30, validation_examples=10,
        epochs=tuple(TrialEpoch(train_loss=1.0, metrics={"rmse": each}, train_seconds=1.0) for each in values),
        machine=machine(), versions={},
    )  # fmt: skip


def test_the_fewest_epochs_within_a_hundredth_of_the_best_are_chosen() -> None:
    trials = [
        trial([30.0, 20.0, 19.0, 25.0], "plain"),
        trial([32.0, 24.0, 19.4, 25.0], "plain", seed=1),
        trial([40.0, 30.0, 20.0, 19.1, 19.0, 18.0], "decay"),
        trial([40.0, 30.0, 20.0, 19.1, 19.0, 18.0], "decay", seed=1),
    ]
    choice = chosen(trials, "rmse")
    assert (choice.trial.training, choice.epochs, choice.value) == ("decay", 6, 18.0)
    choice = chosen(trials[:2], "rmse")
    assert (choice.epochs, choice.value) == (3, pytest.approx(19.2))
    close = [*trials[:2], trial([19.3], "quick")]
    assert (chosen(close, "rmse").trial.training, chosen(close, "rmse").epochs) == ("quick", 1)


RECORDS = sorted((PROJECT / "results" / "tuning").glob("*.jsonl"))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_recipes_are_what_their_trials_say(path: Path) -> None:
    """What stands in a task was chosen on validation parts, and on nothing else."""
    trials = read_trials(path)
    for task_name, label in sorted({(each.task, each.recipe) for each in trials}):
        task = tasks()[task_name]
        choice = chosen([each for each in trials if (each.task, each.recipe) == (task_name, label)], task.metrics[0])
        recipe = task.recipes[label]
        assert (repr(recipe.architecture), repr(recipe.training)) == (choice.trial.architecture, choice.trial.training)
        assert (recipe.batch_size, recipe.epochs) == (choice.trial.batch_size, choice.epochs)
    assert RECORDS

"""What groups are worth: both splits are those of the runs, and the sentence is computed from the trials."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.kinds import TaskError
from benchmarks.tasks import preparation
from benchmarks.tasks.base import Recipe
from benchmarks.tuning.groups import GroupTrial, read_group_trials, run_group_trial, sentence
from impls import Training
from impls.mlp import MLP
from tests.benchmarks.tasks.samples import EXAMPLES, made_table, made_task

TASK = replace(
    made_task(held_out=12), recipes={"mlp": Recipe(MLP(inputs=3, hidden=(2,), outputs=2), Training(), 8, epochs=1)}
)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Data:
    monkeypatch.setattr(preparation, "dataset", lambda _: made_table("classification").dataset())
    made = made_table("classification").data
    return replace(made, groups=np.arange(EXAMPLES) // 3)


def trial(data: Data, seed: int, grouped: bool) -> GroupTrial:
    inputs = np.asarray(data.inputs).shape[1]
    recipe = replace(TASK.recipes["mlp"], architecture=MLP(inputs=inputs, hidden=(2,), outputs=len(data.classes)))
    return run_group_trial(replace(TASK, recipes={"mlp": recipe}), data, "mlp", "numpy", seed, grouped=grouped)


def test_variants_are_in_training_only_where_groups_do_not_count(data: Data) -> None:
    assert trial(data, 0, True).with_variant == 0
    assert trial(data, 0, False).with_variant > 0.5


def test_the_sentence_has_the_figures_of_the_trials(data: Data, tmp_path: Path) -> None:
    made = trial(data, 0, True)
    lines = []
    for grouped, seed, accuracy in ((True, 0, 0.5), (False, 0, 0.6), (True, 1, 0.7), (False, 1, 0.9)):
        last = made.trial.epochs[-1].model_copy(update={"metrics": {"accuracy": accuracy}})
        changed = made.trial.model_copy(update={"epochs": (last,), "seed": seed, "validation_examples": 2400})
        lines.append(
            GroupTrial(grouped=grouped, with_variant=0.0 if grouped else 0.25, trial=changed).model_dump_json()
        )
    (tmp_path / "trials.jsonl").write_text("\n".join(lines), encoding="utf-8")
    words = sentence(read_group_trials(tmp_path / "trials.jsonl"), "accuracy")
    assert "25.0 % of the test examples have a variant" in words
    assert "75.00 % then and 60.00 % with groups" in words
    assert "+15.00 points, with a standard deviation of 7.07" in words
    assert "2,400 each" in words
    assert "error of 1.00 points" in words


def test_what_has_no_groups_is_refused_and_so_is_another_file(data: Data, tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="takes data with groups"):
        run_group_trial(TASK, replace(data, groups=None), "mlp", "numpy", 0, grouped=True)
    (tmp_path / "other.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(TaskError, match="is no record of trials with and without groups"):
        read_group_trials(tmp_path / "other.jsonl")

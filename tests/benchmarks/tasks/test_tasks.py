"""The contract of a task, put to every one there is."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import benchmarks.tasks
from benchmarks.datasets import dataset
from benchmarks.metrics import HIGHER_IS_BETTER, evaluate
from benchmarks.tasks import Task, TaskError, preparation, task, tasks
from benchmarks.tasks.baselines import run_baseline
from benchmarks.tasks.preparation import load_split, prepare
from benchmarks.tasks.transformers import mixed_columns
from tests.benchmarks.tasks.samples import made_task

EVERY = pytest.mark.parametrize("each", tasks().values(), ids=tasks())

#: First metric of the baseline, mean of five folds: as measured, to within a fold's luck with other shuffles.
BASELINES = {"breast-cancer": 0.979, "wine": 0.983, "digits": 0.969, "diabetes": 0.490}


@EVERY
def test_it_says_what_is_needed(each: Task) -> None:
    assert (Path(benchmarks.tasks.__file__).parent / f"{each.name.replace('-', '_')}.py").is_file()
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", each.name)
    assert set(each.metrics) <= HIGHER_IS_BETTER.keys()
    described = dataset(each.dataset)
    assert (described.kind == "images") == (each.pixel_maximum is not None)
    assert each.recipes.keys() == ({"mlp", "cnn"} if described.kind == "images" else {"mlp"})


@EVERY
def test_its_networks_fit_its_kind(each: Task) -> None:
    for name, recipe in each.recipes.items():
        assert recipe.architecture.name == name
        (outputs,) = recipe.architecture.output_shape
        if each.kind == "regression":
            assert (outputs, recipe.training.loss) == (1, "mean_squared_error")
        else:
            assert recipe.training.loss == "softmax_cross_entropy"


@EVERY
def test_its_data_fit_its_networks(each: Task, tmp_path: Path) -> None:
    described = dataset(each.dataset)
    if described.place() is None:
        pytest.skip(f"{described.name} is not on this machine; get it by {described.how_to_get()}")
    prepare(each, 5, (0,), tmp_path)
    split = load_split(tmp_path, each.name, 0, 0)
    assert np.isfinite(split.train_inputs).all()
    for name, recipe in each.recipes.items():
        expected = split.train_inputs.shape[1:] if name == "cnn" else (np.prod(split.train_inputs.shape[1:]),)
        assert recipe.architecture.input_shape == tuple(expected)
        if each.kind == "classification":
            assert recipe.architecture.output_shape == (len(np.unique(split.train_targets)),)
    if each.pixel_maximum is not None:
        assert split.train_inputs.min() == 0.0
        assert split.train_inputs.max() == 1.0


@EVERY
def test_what_determines_its_splits_is_told_apart_from_where_it_lies_in_memory(each: Task) -> None:
    assert " at 0x" not in preparation._determinants(each, dataset(each.dataset), 5, 0)


@pytest.mark.parametrize("name", BASELINES)
def test_its_baseline_is_sound(name: str, tmp_path: Path) -> None:
    each = task(name)
    prepare(each, 5, (0,), tmp_path)
    found = []
    for fold in range(5):
        split = load_split(tmp_path, name, 0, fold)
        outputs, _ = run_baseline(each, split)
        scores = evaluate(each.kind, each.metrics, split.test_targets, outputs, split.target_mean, split.target_scale)
        assert np.isfinite(list(scores.values())).all()
        found.append(scores[each.metrics[0]])
    assert np.mean(found) == pytest.approx(BASELINES[name], abs=0.01)


def test_a_baseline_of_two_classes_gives_their_logits(tmp_path: Path) -> None:
    each = task("breast-cancer")
    prepare(each, 5, (0,), tmp_path)
    split = load_split(tmp_path, each.name, 0, 0)
    outputs, parameters = run_baseline(each, split)
    estimator = each.baseline().fit(split.train_inputs, split.train_targets)
    probabilities = estimator.predict_proba(split.test_inputs)[:, 1]
    np.testing.assert_allclose(1 / (1 + np.exp(outputs[:, 0] - outputs[:, 1])), probabilities, rtol=1e-5)
    assert parameters == 31


def test_mixed_columns_are_the_same_whatever_the_training_part_has() -> None:
    table = pd.DataFrame(
        {"size": [1.0, 3.0, 5.0], "grade": pd.Categorical(["a", "a", "c"], categories=["a", "b", "c"])}
    )
    transformer = mixed_columns({"grade": ("a", "b", "c")})
    assert transformer.fit_transform(table[:2]).tolist() == [[1, 0, 0, -1], [1, 0, 0, 1]]
    assert transformer.transform(table[2:]).tolist() == [[0, 0, 1, 3]]


def test_a_file_that_is_dropped_in_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dropped_task.py").write_text(
        "from tests.benchmarks.tasks.samples import made_task\nTASK = made_task()\n"
    )
    monkeypatch.setattr(benchmarks.tasks, "__path__", [*benchmarks.tasks.__path__, str(tmp_path)])
    assert tasks()["made-task"] == task("made-task")


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(TaskError, match="'iris' is unknown; there are adult, breast-cancer, "):
        task("iris")


@pytest.mark.parametrize(
    "changes",
    [{"preprocessing": None}, {"pixel_maximum": 255}, {"standardize_targets": True}],
    ids=["no preparation", "two preparations", "standardized classes"],
)
def test_a_contradiction_is_told(changes: dict[str, Any]) -> None:
    with pytest.raises(TaskError, match="task 'made-task': "):
        made_task(**changes)

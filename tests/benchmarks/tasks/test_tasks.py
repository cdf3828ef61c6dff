"""The contract of a task, put to every one there is."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import benchmarks.tasks
from benchmarks.datasets import Dataset, dataset
from benchmarks.kinds import ProblemKind
from benchmarks.measure.cross_validation import network_inputs
from benchmarks.metrics.evaluate import METRICS, evaluate
from benchmarks.tasks import Task, TaskError, preparation, task, tasks
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION, logistic_regression
from benchmarks.tasks.encodings.transformers import mixed_columns
from benchmarks.tasks.encodings.unchanged import Unchanged
from benchmarks.tasks.preparation import prepare
from benchmarks.tasks.split import load_split
from impls import Batch
from impls.engines.validation import check_batch, check_inputs
from tests.benchmarks.datasets.loaded import loaded
from tests.benchmarks.tasks.samples import made_task

EVERY = pytest.mark.parametrize("each", tasks().values(), ids=tasks())

#: First metric of the baseline, mean of five folds: as measured, to within a fold's luck with other shuffles.
BASELINES = {"breast-cancer": 0.979, "wine": 0.983, "digits": 0.969, "diabetes": 0.490}


#: Kind -> the loss that its networks are trained with, and whether they answer at every position.
KINDS: dict[ProblemKind, tuple[str, bool]] = {
    "classification": ("softmax_cross_entropy", False),
    "regression": ("mean_squared_error", False),
    "forecasting": ("mean_squared_error", False),
    "language model": ("softmax_cross_entropy", True),
    "transduction": ("softmax_cross_entropy", True),
    "recall": ("softmax_cross_entropy", True),
}


@EVERY
def test_it_says_what_is_needed(each: Task) -> None:
    assert any(
        each.name.startswith(path.stem.replace("_", "-"))
        for path in Path(benchmarks.tasks.__file__).parent.glob("*.py")
    )
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", each.name)
    assert set(each.metrics) <= METRICS.keys()
    described = dataset(each.dataset)
    assert (described.kind == "images") == (each.pixel_maximum is not None)
    assert (described.kind == "table") == (each.preprocessing is not None)
    assert each.recipes
    assert each.baselines
    assert not each.recipes.keys() & each.baselines.keys()
    assert all(baseline.implementation in ("scikit-learn", "baseline") for baseline in each.baselines.values())


@EVERY
def test_its_networks_fit_its_kind(each: Task) -> None:
    loss, at_every_position = KINDS[each.kind]
    for recipe in each.recipes.values():
        architecture = recipe.architecture
        assert recipe.training.loss == loss
        assert (len(architecture.output_shape) == 2) == at_every_position
        if each.kind in ("language model", "transduction"):
            assert architecture.decodes
            assert len(architecture.fields) == (2 if each.kind == "transduction" else 1)


@EVERY
def test_its_data_fit_its_networks(each: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described = dataset(each.dataset)
    if described.place() is None:
        pytest.skip(f"{described.name} is not on this machine; get it by {described.how_to_get()}")
    if described.kind == "text" and described.examples > 20_000:  # some of them say it as well
        each = replace(each, train_examples=5_000, held_out=1_000)
    monkeypatch.setattr(Dataset, "load", lambda described: loaded(described.name))
    prepare(each, 2, (0,), tmp_path)
    split = load_split(tmp_path, each.name, 0, 0)
    assert np.isfinite(split.train_inputs).all()
    for recipe in each.recipes.values():
        architecture = recipe.architecture
        inputs = network_inputs(split.train_inputs[:256], architecture.input_shape)
        check_batch(architecture, recipe.training, Batch(inputs, split.train_targets[:256]), "float32")
        assert check_inputs(architecture, network_inputs(split.test_inputs, architecture.input_shape), "float32").size
        if each.kind == "classification":
            assert architecture.output_shape == (len(np.unique(split.train_targets)),)
        if each.kind == "language model":
            assert len(split.symbols) <= architecture.output_shape[1]
        assert len(split.train_inputs) > recipe.batch_size
    if each.pixel_maximum is not None:
        assert split.train_inputs.min() == 0.0
        assert split.train_inputs.max() == 1.0


def test_a_shortened_task_differs_in_what_was_said_alone() -> None:
    whole = made_task()
    short = whole.shortened(20, 10)
    assert (short.name, short.train_examples, short.held_out) == ("made-task-quick", 20, 10)
    assert short.recipes == whole.recipes
    smaller = {"mlp": replace(whole.recipes["mlp"], epochs=7)}
    held_out = replace(whole, held_out=5)
    assert held_out.shortened(20, recipes=smaller) == replace(short, held_out=5, recipes=smaller)


@EVERY
def test_what_determines_its_splits_does_not_depend_on_its_place_in_memory(each: Task) -> None:
    assert " at 0x" not in preparation._determinants(each, dataset(each.dataset), 5, 0)


@pytest.mark.parametrize("name", BASELINES)
def test_its_baseline_is_sound(name: str, tmp_path: Path) -> None:
    each = task(name)
    prepare(each, 5, (0,), tmp_path)
    values = []
    for fold in range(5):
        split = load_split(tmp_path, name, 0, fold)
        outputs, _ = each.baselines["linear"].run(split)
        scores = evaluate(each.kind, each.metrics, split.test_targets, outputs, split.target_mean, split.target_scale)
        assert np.isfinite(list(scores.values())).all()
        values.append(scores[each.metrics[0]])
    assert np.mean(values) == pytest.approx(BASELINES[name], abs=0.01)


def test_a_baseline_of_two_classes_gives_their_logits(tmp_path: Path) -> None:
    each = task("breast-cancer")
    prepare(each, 5, (0,), tmp_path)
    split = load_split(tmp_path, each.name, 0, 0)
    outputs, parameters = LOGISTIC_REGRESSION.run(split)
    estimator = logistic_regression().fit(split.train_inputs, split.train_targets)
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


def test_a_file_that_is_added_is_discovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dropped_task.py").write_text(
        "from tests.benchmarks.tasks.samples import made_task\nTASK = made_task()\n"
    )
    monkeypatch.setattr(benchmarks.tasks, "__path__", [*benchmarks.tasks.__path__, str(tmp_path)])
    tasks.cache_clear()
    assert tasks()["made-task"] == task("made-task")
    tasks.cache_clear()


def test_an_unknown_name_is_reported() -> None:
    with pytest.raises(TaskError, match=r"'iris' is unknown; there are adding-problem-10, .*, adult, "):
        task("iris")


@pytest.mark.parametrize(
    "changes",
    [
        {"preprocessing": None},
        {"pixel_maximum": 255},
        {"encoding": Unchanged()},
        {"standardize_targets": True},
        {"kind": "language model"},
        {"metrics": ()},
    ],
    ids=["no preparation", "images too", "encoding too", "standardized classes", "no prompt", "no metric"],
)
def test_a_contradiction_is_reported(changes: dict[str, Any]) -> None:
    with pytest.raises(TaskError, match="task 'made-task': "):
        made_task(**changes)

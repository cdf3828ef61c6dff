"""A mistake in somebody's data set or task is one line that names it and the field."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data, Dataset, DatasetError, dataset
from benchmarks.datasets.sources.ways import Generated
from benchmarks.kinds import TaskError
from benchmarks.tasks import task
from benchmarks.tasks.base import Task
from benchmarks.tasks.fitting import check_metrics, check_recipes, check_way
from benchmarks.tasks.preparation import prepare
from impls.mlp import MLP


def made(**changes: object) -> Dataset:
    generator = np.random.default_rng(0)
    data = Data(generator.standard_normal((20, 5, 2)), np.arange(20) % 2, classes=("a", "b"))
    fields: dict[str, object] = {
        "name": "made",
        "kind": "sequences",
        "examples": 20,
        "shape": (5, 2),
        "sha256": "0" * 64,
    }
    fields |= {"ways": (Generated(),), "parse": lambda _: data}
    return replace(dataset("wine"), **(fields | changes))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("kind", "serie", r"data set 'made': kind='serie'; give one of table, images"),
        ("examples", 0, r"examples=0; give how many"),
        ("shape", [5, 2], r"shape=\[5, 2\]; give the shape of one example, a tuple"),
        ("sha256", "abc", r"sha256='abc'; give 64 hexadecimal digits"),
        ("ways", [], r"ways=\[\]; give a tuple"),
        ("licence", "", r"licence=''; give a text"),
        ("test_examples", 20, r"test_examples=20; give fewer than"),
    ],
)
def test_a_field_of_a_data_set_that_cannot_be(field: str, value: object, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        made(**{field: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"examples": 21}, "data set 'made': examples=21, but the data has 20"),
        ({"shape": (5, 3)}, r"shape=\(5, 3\), but the data has \(5, 2\)"),
        ({"test_examples": 3}, "test_examples=3, but the data has 0"),
        ({"parse": lambda _: 1 / 0}, r"parse failed \(test_fitting\.py line \d+\): ZeroDivisionError"),
        ({"parse": lambda _: None}, "parse returned None; let it return Data"),
        (
            {"parse": lambda _: Data(np.zeros((20, 5, 2)), np.arange(20) % 2, classes=("a",))},
            "parse returned targets 0 to 1, but 1 classes; number them from 0, and name each",
        ),
        ({}, "is not the published one: its arrays have SHA-256"),
    ],
)
def test_a_description_that_its_data_does_not_keep(changes: dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError, match=message) as refused:
        made(**changes).load()
    assert "\n" not in str(refused.value)


def test_a_scaler_for_tables_is_refused_for_series() -> None:
    with pytest.raises(
        TaskError, match=r"task 'wine': preprocessing is for tables, and data set 'made' holds sequences"
    ):
        check_way(task("wine"), made())
    with pytest.raises(TaskError, match="pixel_maximum is for images, and data set 'made' holds sequences of 5×2"):
        check_way(task("digits"), made())


def recipe_of(each: Task, **sizes: int) -> Task:
    recipe = each.recipes["mlp"]
    return replace(each, recipes={"mlp": replace(recipe, architecture=MLP(**sizes))})


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        (
            {"inputs": 12, "outputs": 3},
            r"task 'wine', recipes\['mlp'\]: its MLP takes inputs of \(12,\), the data has \(13,\)",
        ),
        ({"inputs": 13, "outputs": 2}, "its MLP has 2 outputs, the data has class 2; change its sizes"),
    ],
)
def test_a_network_of_other_sizes_is_named_before_it_is_trained(
    sizes: dict[str, int], message: str, tmp_path: Path
) -> None:
    with pytest.raises(TaskError, match=message):
        prepare(recipe_of(task("wine"), **sizes), 2, [0], tmp_path)


def test_a_network_for_numbers_has_as_many_outputs_as_there_are() -> None:
    arrays = {"train_inputs": np.zeros((4, 10)), "train_targets": np.zeros((4, 1))}
    with pytest.raises(TaskError, match=r"has outputs of \(2,\), the targets are \(1,\)"):
        check_recipes(recipe_of(task("diabetes"), inputs=10, outputs=2), arrays)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"recipes": {"mlp": replace(task("wine").recipes["mlp"], epochs=0)}},
            r"recipes\['mlp'\]: epochs=0; give a whole",
        ),
        (
            {"recipes": {"mlp": replace(task("wine").recipes["mlp"], batch_size=2.5)}},
            r"recipes\['mlp'\]: batch_size=2\.5",
        ),
        ({"baselines": {"linear": 3}}, r"task 'wine': baselines\['linear'\] is a int, no Baseline"),
        (
            {"further_baselines": {"nearest": len}},
            r"further_baselines\['nearest'\] is a builtin_function_or_method, no",
        ),
    ],
)
def test_a_field_of_a_task_that_cannot_be(changes: dict[str, object], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        replace(task("wine"), **changes)


def test_a_metric_of_another_kind_is_named_with_those_that_are_possible() -> None:
    check_metrics(task("wine"))
    with pytest.raises(TaskError, match=r"task 'wine': metrics: 'rmse' is none of classification; give accur"):
        check_metrics(replace(task("wine"), metrics=("accuracy", "rmse")))

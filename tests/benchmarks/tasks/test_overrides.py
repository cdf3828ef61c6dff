"""Overrides change what they name and nothing else; what is impossible is one line."""

from dataclasses import asdict, fields
from typing import Any

import pytest

from benchmarks.kinds import TaskError
from benchmarks.tasks import tasks
from benchmarks.tasks.base import Recipe
from benchmarks.tasks.overrides import overridden, override_names
from impls.recurrent import Recurrent
from impls.transformer import Transformer


def settings(recipe: Recipe) -> dict[str, Any]:
    own = {"batch_size": recipe.batch_size, "epochs": recipe.epochs}
    return own | asdict(recipe.training) | asdict(recipe.architecture)


CHANGES = {
    ("digits", "mlp"): {
        "epochs": 3,
        "batch_size": 7,
        "optimizer": "nadam",
        "learning_rate": 0.25,
        "clip_norm": 2.0,
        "weight_decay": 0.5,
        "beta_2": 0.99,
        "hidden": (5, 6),
        "activation": "gelu",
        "dropout": 0.5,
        "normalization": "batch",
    },
    ("digits", "cnn"): {"kernel_size": 5, "channels": (4,), "pooling": "average"},
    ("adding-problem-50", "rnn"): {"cell": "lstm", "units": (8, 8), "loss": "huber", "huber_delta": 2.0},
    ("cmudict", "additive"): {"attention": "multiplicative", "embedding": 16},
    ("king-james-bible", "transformer"): {"heads": 2, "layers": 1, "positions": "learned", "pre_norm": False},
}


@pytest.mark.parametrize(
    ("task", "label", "name", "value"),
    [(*place, name, value) for place, changes in CHANGES.items() for name, value in changes.items()],
)
def test_an_override_changes_what_it_names_and_nothing_else(task: str, label: str, name: str, value: Any) -> None:
    recipe = tasks()[task].recipes[label]
    before = settings(recipe)
    assert before[name] != value
    given = list(value) if isinstance(value, tuple) else value
    assert settings(overridden(recipe, {name: given})) == before | {name: value}
    assert settings(recipe) == before


def test_a_field_that_can_be_none_is_so_by_a_word() -> None:
    recipe = tasks()["adding-problem-50"].recipes["gru"]
    assert recipe.training.clip_norm is not None
    assert overridden(recipe, {"clip_norm": "none"}).training.clip_norm is None
    assert overridden(recipe, {"clip_norm": None}).training.clip_norm is None


def test_another_network_may_read_the_same_numbers_in_another_shape() -> None:
    recipe = tasks()["digits"].recipes["mlp"]
    rows = {"network": "recurrent", "length": 8, "features": 8, "units": [5], "outputs": 10, "epochs": 2}
    changed = overridden(recipe, rows)
    assert changed.architecture == Recurrent(length=8, features=8, units=(5,), outputs=10)
    assert (changed.training, changed.epochs) == (recipe.training, 2)
    names = tasks()["names"].recipes["gru"]
    attention = {"network": "transformer", "source_length": 14, "source_tokens": 64, "outputs": 2}
    assert overridden(names, attention).architecture == Transformer(source_length=14, source_tokens=64, outputs=2)


def test_the_amount_of_data_is_left_to_the_cell() -> None:
    recipe = tasks()["digits"].recipes["mlp"]
    assert overridden(recipe, {"train_examples": 100}) == recipe


@pytest.mark.parametrize("label", ["mlp", "cnn"])
def test_no_two_fields_share_a_name(label: str) -> None:
    recipe = tasks()["digits"].recipes[label]
    names = override_names(type(recipe.architecture))
    assert len(set(names)) == len(names)
    assert {field.name for field in fields(recipe.architecture)} < set(names)


@pytest.mark.parametrize(
    ("task", "label", "overrides", "said"),
    [
        ("digits", "mlp", {"hiden": [4]}, "override 'hiden' is unknown; there are .*hidden"),
        ("digits", "mlp", {"kernel_size": 3}, "override 'kernel_size' is unknown"),
        ("digits", "mlp", {"optimizer": "adam2"}, "optimizer='adam2' is not possible; give one of sgd"),
        ("digits", "mlp", {"optimizer": "none"}, "optimizer='none' is not possible"),
        ("digits", "mlp", {"learning_rate": "fast"}, "learning_rate='fast' is not possible"),
        ("digits", "mlp", {"learning_rate": {"a": 1}}, "learning_rate=.* is not possible"),
        ("digits", "mlp", {"learning_rate": float("nan")}, "learning_rate=nan is not possible"),
        ("digits", "mlp", {"dropout": 1.0}, "dropout=1.0 is not possible"),
        ("digits", "mlp", {"hidden": [4, 0]}, "hidden=.* is not possible"),
        ("digits", "mlp", {"epochs": 0}, "epochs=0 is not possible; give a whole number"),
        ("digits", "mlp", {"epochs": True}, "epochs=True is not possible"),
        ("digits", "mlp", {"batch_size": 2.5}, "batch_size=2.5 is not possible"),
        ("digits", "mlp", {"train_examples": "all"}, "train_examples='all' is not possible"),
        (
            "digits",
            "mlp",
            {"outputs": 3},
            r"take inputs .64,. for outputs .3,., the task's data have .* .10,.",
        ),
        ("digits", "mlp", {"inputs": 32}, r"would take inputs .32,."),
        ("names", "lstm", {"tokens": 32}, "would take .* of 32 tokens"),
        ("digits", "mlp", {"network": "recurent"}, "network 'recurent' is unknown; there are .*recurrent"),
        ("digits", "mlp", {"network": ["cnn"]}, "network .*cnn.* is unknown"),
        ("digits", "mlp", {"initialization": ["torch"]}, "initialization=.* is not possible; give one of"),
        ("digits", "mlp", {"weight_decay": 10**400}, "too large"),
        ("digits", "mlp", {"network": "recurrent", "units": [4]}, "do not make a network: .*length"),
        ("digits", "mlp", {"network": "recurrent", "length": 8, "features": 4}, "would take inputs .8, 4."),
        ("digits", "mlp", {"loss": "mean_squared_error"}, "does not fit the task; there are softmax_cross_entropy"),
    ],
)
def test_what_is_impossible_is_one_line(task: str, label: str, overrides: dict[str, Any], said: str) -> None:
    with pytest.raises(TaskError, match=said) as raised:
        overridden(tasks()[task].recipes[label], overrides)
    assert "\n" not in str(raised.value)

from typing import Any

import numpy as np
import pytest

from impls.cnn import CNN
from impls.engines.checking import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
)
from impls.errors import BatchError, ParameterError
from impls.mlp import MLP
from impls.protocol import Batch, Parameters
from impls.training import Training

ARCHITECTURE = MLP(inputs=4, hidden=(3,), outputs=2, dropout=0.5)
CLASSES = Training()
REGRESSION = Training(loss="mean_squared_error")

X = np.zeros((5, 4))
Y = np.zeros(5, np.int64)

WRONG_CLASS_BATCHES: dict[str, tuple[Any, str]] = {
    "no pair": (X, "pair of arrays"),
    "three arrays": ((X, Y, Y), "pair of arrays"),
    "inputs too narrow": ((X[:, :3], Y), r"inputs.*\(5, 3\).*\(5, 4\)"),
    "inputs without examples' axis": ((X[0], Y), r"inputs.*\(4,\).*\(4, 4\)"),
    "a number": ((np.float64(3), Y), "inputs.*float64"),
    "a list": (([[0.0] * 4] * 5, Y), "inputs.*list"),
    "inputs of text": ((X.astype(str), Y), "inputs.*<U"),
    "complex inputs": ((X + 1j, Y), "inputs.*complex128"),
    "empty": ((X[:0], Y[:0]), "empty"),
    "too few targets": ((X, Y[:4]), r"targets.*\(4,\).*\(5,\)"),
    "one-hot targets": ((X, np.eye(5, 2, dtype=int)), r"targets.*\(5, 2\).*\(5,\)"),
    "targets of float": ((X, Y.astype(float)), "targets.*float64.*integer"),
    "targets of bool": ((X, Y.astype(bool)), "targets.*bool.*integer"),
    "negative class": ((X, Y - 1), "class -1.*0 to 1"),
    "class too high": ((X, Y + 2), "class 2.*0 to 1"),
}


@pytest.mark.parametrize("name", WRONG_CLASS_BATCHES)
def test_wrong_batches_of_classes(name: str) -> None:
    batch, message = WRONG_CLASS_BATCHES[name]
    with pytest.raises(BatchError, match=message) as raised:
        check_batch(ARCHITECTURE, CLASSES, batch, "float32")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("targets", [np.zeros(5), np.zeros((5, 1)), np.zeros((4, 2)), np.zeros((5, 2), object)])
def test_wrong_batches_of_numbers(targets: Any) -> None:
    with pytest.raises(BatchError, match="targets"):
        check_batch(ARCHITECTURE, REGRESSION, Batch(X, targets), "float32")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtypes_and_layout_are_put_right(dtype: str) -> None:
    batch = check_batch(ARCHITECTURE, CLASSES, Batch(np.asfortranarray(X).astype(int), Y.astype(np.uint8)), dtype)
    assert batch.inputs.dtype == dtype
    assert batch.inputs.flags.c_contiguous
    assert batch.targets.dtype == np.int64
    assert check_batch(ARCHITECTURE, REGRESSION, Batch(X, np.zeros((5, 2), int)), dtype).targets.dtype == dtype


def test_what_is_right_is_not_copied() -> None:
    batch = check_batch(ARCHITECTURE, CLASSES, (X, Y), "float64")  # type: ignore[arg-type]  # a plain tuple serves
    assert batch.inputs is X
    assert batch.targets is Y


def test_an_epoch_is_checked_before_it_begins() -> None:
    with pytest.raises(BatchError, match="at least one batch"):
        check_batches(ARCHITECTURE, CLASSES, [], "float32")
    with pytest.raises(BatchError, match="class 2"):
        check_batches(ARCHITECTURE, CLASSES, [Batch(X, Y), Batch(X, Y + 2)], "float32")
    assert len(check_batches(ARCHITECTURE, CLASSES, [Batch(X, Y), Batch(X[:1], Y[:1])], "float32")) == 2


def test_images() -> None:
    architecture = CNN(inputs=(6, 6, 1))
    with pytest.raises(BatchError, match=r"\(2, 1, 6, 6\).*\(2, 6, 6, 1\)"):
        check_inputs(architecture, np.zeros((2, 1, 6, 6)), "float32")


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "3"])
def test_wrong_batch_sizes(size: Any) -> None:
    with pytest.raises(BatchError, match="batch_size"):
        check_batch_size(size, 10)


def test_batch_sizes() -> None:
    assert [check_batch_size(size, 10) for size in (None, 3, 11)] == [10, 3, 11]


def right_parameters() -> Parameters:
    return {name: np.ones(spec.shape) for name, spec in ARCHITECTURE.parameters().items()}


def test_parameters_come_in_the_architectures_order_and_dtype() -> None:
    given = dict(reversed(right_parameters().items()))
    checked = check_parameters(ARCHITECTURE, given, "float32")
    assert list(checked) == list(ARCHITECTURE.parameters())
    assert {array.dtype.name for array in checked.values()} == {"float32"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_0/kernel": None}, "'hidden_0/kernel' is missing"),
        ({"hidden_9/kernel": np.ones(3)}, "'hidden_9/kernel' is unknown"),
        ({"output/kernel": np.ones((2, 3))}, r"'output/kernel'.*\(2, 3\).*\(3, 2\)"),
        ({"output/bias": np.array(["a", "b"])}, "'output/bias'.*<U1"),
    ],
)
def test_wrong_parameters(change: dict[str, Any], message: str) -> None:
    given = {name: array for name, array in (right_parameters() | change).items() if array is not None}
    with pytest.raises(ParameterError, match=message):
        check_parameters(ARCHITECTURE, given, "float32")


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ({}, "'dropout_0' is missing"),
        ({"dropout_0": np.ones((5, 3)), "dropout_1": np.ones((5, 3))}, "'dropout_1' is unknown"),
        ({"dropout_0": np.ones((4, 3))}, r"'dropout_0'.*\(4, 3\).*\(5, 3\)"),
    ],
)
def test_wrong_masks(masks: dict[str, Any], message: str) -> None:
    with pytest.raises(BatchError, match=message):
        check_masks(ARCHITECTURE, masks, 5, "float32")


def test_masks_of_bool_are_taken() -> None:
    (mask,) = check_masks(ARCHITECTURE, {"dropout_0": np.ones((5, 3), bool)}, 5, "float32").values()
    assert mask.dtype == np.float32

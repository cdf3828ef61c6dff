"""What the engines accept of batches, parameters and masks, and the one line that says what is wrong with others."""

from typing import Any

import numpy as np
import pytest

from impls.cnn import CNN
from impls.engines.validation import (
    check_batch,
    check_batch_size,
    check_batches,
    check_examples,
    check_inputs,
    check_inputs_of_field,
    check_masks,
    check_parameters,
)
from impls.errors import BatchError, ParameterError
from impls.mlp import MLP
from impls.protocol import Batch, Parameters
from impls.recurrent import Recurrent
from impls.spec.tokens import Field
from impls.training import Training

ARCHITECTURE = MLP(inputs=4, hidden=(3,), outputs=2, dropout=0.5)
CLASSES = Training()
REGRESSION = Training(loss="mean_squared_error")

X = np.zeros((5, 4))
Y = np.zeros(5, np.int64)
SENTENCES = np.array([[5, 2, 0], [4, 0, 0]])

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
    "negative class": ((X, Y - 1), "targets hold -1.*0 to 1"),
    "class too high": ((X, Y + 2), "targets hold 2.*0 to 1"),
}


def test_batches_of_checked_examples_are_taken_as_they_are_by_the_same_network_alone() -> None:
    examples = check_examples(ARCHITECTURE, CLASSES, Batch(X, Y), "float32")
    batches = examples.batches(np.array([4, 2, 0, 1, 3]), 2)
    assert [len(batch.inputs) for batch in batches] == [2, 2, 1]
    assert check_batches(ARCHITECTURE, CLASSES, batches, "float32") is batches
    assert check_batches(ARCHITECTURE, CLASSES, batches, "float64")[0].inputs.dtype == np.float64
    with pytest.raises(BatchError, match="targets: shape"):
        check_batches(ARCHITECTURE, REGRESSION, batches, "float32")
    with pytest.raises(BatchError, match="the architecture asks for"):
        check_batches(MLP(inputs=3, outputs=2), CLASSES, batches, "float32")


@pytest.mark.parametrize("name", WRONG_CLASS_BATCHES)
def test_examples_are_checked_like_a_batch(name: str) -> None:
    batch, message = WRONG_CLASS_BATCHES[name]
    with pytest.raises(BatchError, match=message):
        check_examples(ARCHITECTURE, CLASSES, batch, "float32")


def test_each_batch_of_sequences_is_checked_for_a_target_that_counts() -> None:
    tokens = np.array([[1, 2], [1, 0]])
    model = Recurrent(length=2, tokens=4, embedding=2, units=(2,), pooling=None, outputs=4)
    examples = check_examples(model, CLASSES, Batch(tokens, np.array([[1, 2], [0, 0]])), "float32")
    with pytest.raises(BatchError, match="nothing but padding"):
        check_batches(model, CLASSES, examples.batches(np.array([0, 1]), 1), "float32")


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
    with pytest.raises(BatchError, match="targets hold 2"):
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


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("size", [5, 5000], ids=["small", "large"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_that_are_not_finite(broken: float, size: int, dtype: str) -> None:
    inputs, targets = np.zeros((size, 4)), np.zeros((size, 2))
    wrong_inputs, wrong_targets = inputs.copy(), targets.copy()
    wrong_inputs[3, 2] = wrong_targets[4, 1] = broken
    with pytest.raises(BatchError, match=rf"inputs: {broken} at \[3, 2\]"):
        check_batch(ARCHITECTURE, REGRESSION, Batch(wrong_inputs, targets), dtype)
    with pytest.raises(BatchError, match=rf"targets: {broken} at \[4, 1\]"):
        check_batch(ARCHITECTURE, REGRESSION, Batch(inputs, wrong_targets), dtype)
    with pytest.raises(BatchError, match="finite"):
        check_inputs(ARCHITECTURE, wrong_inputs, dtype)
    parameters = right_parameters()
    parameters["output/bias"][1] = broken
    with pytest.raises(ParameterError, match=r"'output/bias': .*\[1\]"):
        check_parameters(ARCHITECTURE, parameters, dtype)
    taken = check_parameters(ARCHITECTURE, parameters, dtype, diverged=True)["output/bias"]
    assert np.array_equal(taken, [1, broken], equal_nan=True)
    with pytest.raises(BatchError, match=r"dropout_0.*finite"):
        check_masks(ARCHITECTURE, {"dropout_0": np.full((5, 3), broken)}, 5, dtype)


@pytest.mark.parametrize("size", [5, 5000], ids=["small", "large"])
def test_large_values_are_finite_until_the_precision_cannot_hold_them(size: int) -> None:
    with np.errstate(all="raise"):
        inputs = np.full((size, 4), 1e30)
        assert check_inputs(ARCHITECTURE, inputs, "float32").max() == np.float32(1e30)
        assert check_inputs(ARCHITECTURE, inputs * 1e200, "float64").max() == pytest.approx(1e230)
        assert check_inputs(ARCHITECTURE, inputs * 1e-100, "float32").max() == 0.0
        with pytest.raises(BatchError, match=r"inputs: 1\S+60, which float32 cannot hold"):
            check_inputs(ARCHITECTURE, inputs * 1e30, "float32")


def test_masked_arrays_are_refused_with_what_to_do() -> None:
    remedy = r"masked.*filled\(value\)"
    classes, numbers = np.ma.masked_array(Y, mask=Y == 0), np.ma.masked_array(X, mask=X == 0)
    with pytest.raises(BatchError, match=f"targets: a {remedy}"):
        check_batch(ARCHITECTURE, CLASSES, Batch(X, classes), "float32")
    with pytest.raises(BatchError, match=f"targets: a {remedy}"):
        check_batch(ARCHITECTURE, REGRESSION, Batch(X, numbers[:, :2]), "float32")
    with pytest.raises(BatchError, match=f"inputs: a {remedy}"):
        check_inputs(ARCHITECTURE, np.ma.masked_array(X), "float32")
    with pytest.raises(BatchError, match=f"tokens: a {remedy}"):
        check_inputs_of_field(np.ma.masked_array(SENTENCES), Field(3, 6))
    with pytest.raises(BatchError, match=f"'dropout_0': a {remedy}"):
        check_masks(ARCHITECTURE, {"dropout_0": np.ma.ones((5, 3))}, 5, "float32")
    with pytest.raises(ParameterError, match=f"'output/bias': a {remedy}"):
        check_parameters(ARCHITECTURE, right_parameters() | {"output/bias": np.ma.ones(2)}, "float32")


@pytest.mark.parametrize("wrong", [-1.0, 2.0, -1e-3, 1.001])
def test_probabilities_are_0_to_1(wrong: float) -> None:
    training, targets = Training(loss="sigmoid_cross_entropy"), np.array([[0, 1], [0.5, 1], [0, 0], [1, 1], [1, 0]])
    assert check_batch(ARCHITECTURE, training, Batch(X, targets), "float32").targets.max() == 1
    assert check_batch(ARCHITECTURE, training, Batch(X, targets > 0), "float32").targets.dtype == "float32"
    targets[2, 1] = wrong
    with pytest.raises(BatchError, match=f"targets hold {wrong:g}; .*0 to 1"):
        check_batch(ARCHITECTURE, training, Batch(X, targets), "float32")
    check_batch(ARCHITECTURE, REGRESSION, Batch(X, targets), "float32")


def test_strides_are_those_of_the_shape() -> None:
    images = np.arange(2.0 * 6 * 6).reshape(2, 6, 6, 1)[..., ::-1]
    assert images.flags.c_contiguous
    checked = check_inputs(CNN(inputs=(6, 6, 1)), images, "float64")
    assert checked.strides == (288, 48, 8, 8)
    assert np.array_equal(checked, images)
    batch = check_batch(ARCHITECTURE, CLASSES, Batch(X[:1][::-1], Y[:1][::-1]), "float64")
    assert batch.inputs.strides == (32, 8)
    assert batch.targets.strides == (8,)
    assert check_inputs_of_field(SENTENCES[:1][::-1], Field(3, 6)).strides == (24, 8)


def test_masks_of_bool_are_taken() -> None:
    (mask,) = check_masks(ARCHITECTURE, {"dropout_0": np.ones((5, 3), bool)}, 5, "float32").values()
    assert mask.dtype == np.float32

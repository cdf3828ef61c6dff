from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

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
    check_tokens,
    counted_targets,
)
from impls.errors import BatchError, ParameterError
from impls.mlp import MLP
from impls.protocol import Array, Batch, Parameters
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import PADDING, Field
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


TRANSLATOR = Seq2Seq(source_length=3, source_tokens=6, target_length=2, target_tokens=4, embedding=2, units=2)
#: Source of three, beside it what the decoder is given.
TOKENS = np.array([[5, 2, 0, 1, 3], [4, 0, 0, 1, 0]])
SAID = np.array([[3, 2], [2, 0]])


def changed(example: int, position: int, token: int) -> Array:
    tokens = TOKENS.copy()
    tokens[example, position] = token
    return tokens


WRONG_TOKEN_BATCHES: dict[str, tuple[Array, Array, str]] = {
    "too few positions": (TOKENS[:, :4], SAID, r"inputs.*\(2, 4\).*\(2, 5\)"),
    "of float": (TOKENS * 1.0, SAID, "inputs are an array of float64.*integer"),
    "of bool": (TOKENS > 0, SAID, "inputs are an array of bool.*integer"),
    "negative": (changed(0, 1, -1), SAID, "inputs hold -1"),
    "beyond both vocabularies": (changed(0, 0, 6), SAID, "inputs hold 6.*0 to 5"),
    "beyond the target's vocabulary": (changed(0, 4, 4), SAID, "token 4.*0 to 3"),
    "no source": (changed(1, 0, PADDING), SAID, "example 1 begins with padding"),
    "nothing given to the decoder": (changed(1, 3, PADDING), SAID, "example 1 begins with padding"),
    "padding in the source": (changed(0, 2, 3) * [1, 0, 1, 1, 1], SAID, "example 0 has padding.*before a token"),
    "one target a sequence": (TOKENS, SAID[:, 0], r"targets.*\(2,\).*\(2, 2\)"),
    "a target beyond the vocabulary": (TOKENS, SAID + 2, "targets hold 5.*0 to 3"),
    "no target that counts": (TOKENS, SAID * 0, "nothing but padding"),
    "empty": (TOKENS[:0], SAID[:0], "empty"),
}


@pytest.mark.parametrize("name", WRONG_TOKEN_BATCHES)
def test_wrong_batches_of_tokens(name: str) -> None:
    inputs, targets, message = WRONG_TOKEN_BATCHES[name]
    with pytest.raises(BatchError, match=message) as raised:
        check_batch(TRANSLATOR, CLASSES, Batch(inputs, targets), "float32")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_tokens_become_int64_whatever_the_models_dtype(dtype: str) -> None:
    batch = check_batch(TRANSLATOR, CLASSES, Batch(TOKENS.astype(dtype), SAID.astype(dtype)), "float32")
    for checked, given_array in zip(batch, (TOKENS, SAID), strict=True):
        assert checked.dtype == np.int64
        assert np.array_equal(checked, given_array)
    assert check_batch(TRANSLATOR, CLASSES, Batch(TOKENS, SAID), "float32").inputs is TOKENS


@given(arrays.arrays(np.int64, (3, 4), elements=st.integers(0, 2)))
def test_padding_is_only_at_the_end(tokens: Array) -> None:
    sequences = ["".join(map(str, row)).rstrip("0") for row in tokens]
    empty_first = [number for number, sequence in enumerate(sequences) if sequence[:1] in ("", "0")]
    wrong = empty_first or [number for number, sequence in enumerate(sequences) if "0" in sequence]
    if wrong:
        with pytest.raises(BatchError, match=f"example {wrong[0]} "):
            check_tokens(tokens, Field(4, 3))
    else:
        check_tokens(tokens, Field(4, 3))


@pytest.mark.parametrize(
    ("architecture", "training", "targets", "expected"),
    [
        (ARCHITECTURE, CLASSES, np.array([0, 1, 0]), 3),
        (ARCHITECTURE, REGRESSION, np.zeros((3, 2)), 3),
        (TRANSLATOR, CLASSES, np.array([[3, 2], [2, 0], [1, 0]]), 4),
        (Recurrent(length=2, features=1, pooling=None, outputs=3), REGRESSION, np.zeros((3, 2, 3)), 3),
    ],
)
def test_counted_targets(architecture: Any, training: Training, targets: Array, expected: int) -> None:
    assert counted_targets(architecture, training, Batch(np.ones((3, 2)), targets)) == expected


@pytest.mark.parametrize(
    ("tokens", "padded", "message"),
    [
        (TOKENS[:, :2], True, r"\(2, 2\).*\(2, 3\)"),
        (TOKENS[:, :3], False, "a prompt may hold no padding"),
        (TOKENS[:0, :3], True, r"\(0, 3\) given"),
        (TOKENS[:, :0], False, r"\(2, 0\) given"),
        (TOKENS[0, :3], True, r"\(3,\) given"),
        ([[1, 2, 3]], True, "a list given"),
        (TOKENS[:, :3] + 1.0, True, "float64"),
        (TOKENS[:, :1] + 1, False, "tokens hold 6.*0 to 5"),
    ],
)
def test_wrong_sequences_of_a_field(tokens: Any, padded: bool, message: str) -> None:
    with pytest.raises(BatchError, match=message):
        check_inputs_of_field(tokens, Field(3, 6), padded)


def test_sequences_of_a_field() -> None:
    field = Field(3, 6)
    assert check_inputs_of_field(TOKENS[:, :3].astype(np.uint8), field).dtype == np.int64
    assert check_inputs_of_field(np.ones((2, 9), int), field, padded=False).shape == (2, 9)


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
        check_inputs_of_field(np.ma.masked_array(TOKENS[:, :3]), Field(3, 6))
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
    assert check_inputs_of_field(TOKENS[:1, :3][::-1], Field(3, 6)).strides == (24, 8)


def test_masks_of_bool_are_taken() -> None:
    (mask,) = check_masks(ARCHITECTURE, {"dropout_0": np.ones((5, 3), bool)}, 5, "float32").values()
    assert mask.dtype == np.float32

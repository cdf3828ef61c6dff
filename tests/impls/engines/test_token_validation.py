"""Tokens: what the engines accept of sequences, with padding at their ends, and which targets count."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from impls.engines.validation import (
    check_batch,
    check_inputs_of_field,
    check_tokens,
    counted_targets,
)
from impls.errors import BatchError
from impls.mlp import MLP
from impls.protocol import Array, Batch
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import PADDING, Field
from impls.training import Training

ARCHITECTURE = MLP(inputs=4, hidden=(3,), outputs=2, dropout=0.5)
CLASSES, REGRESSION = Training(), Training(loss="mean_squared_error")
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

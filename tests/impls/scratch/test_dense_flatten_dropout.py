import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.flatten import Flatten
from tests.impls.scratch.finite_differences import check_layer, examples_innermost

sizes = st.integers(1, 6)
seeds = st.integers(0, 10**6)


@settings(deadline=None)
@given(examples=sizes, inputs=sizes, units=sizes, seed=seeds)
def test_dense_gradients(examples: int, inputs: int, units: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    check_layer(Dense(inputs, units, "float64"), generator.normal(size=(examples, inputs)), generator)


def test_dense_gradients_of_what_flatten_leaves() -> None:
    """Features whose examples lie innermost in memory."""
    generator = np.random.default_rng(0)
    check_layer(Dense(5, 3, "float64"), np.asfortranarray(generator.normal(size=(4, 5))), generator)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("time_first", [False, True])
@settings(deadline=None)
@given(examples=sizes, length=sizes, inputs=sizes, units=sizes, seed=seeds)
def test_dense_gradients_at_each_position(
    bias: bool, time_first: bool, examples: int, length: int, inputs: int, units: int, seed: int
) -> None:
    """Sequences, also with time first in memory and other features beside them, as recurrent layers leave them."""
    generator = np.random.default_rng(seed)
    sequences = generator.normal(size=(examples, length, inputs))
    if time_first:
        beside = np.zeros((length, examples, inputs + 2))
        beside[:, :, 1:-1] = sequences.swapaxes(0, 1)
        sequences = beside[:, :, 1:-1].swapaxes(0, 1)
    layer = Dense(inputs, units, "float64", bias)
    assert list(layer.parameters) == (["kernel", "bias"] if bias else ["kernel"])
    check_layer(layer, sequences, generator)
    outputs = layer.forward(sequences).copy()
    for position in range(length):
        at_position = layer.forward(np.ascontiguousarray(sequences[:, position]))
        np.testing.assert_allclose(outputs[:, position], at_position, rtol=1e-12, atol=1e-14)


def test_dense_is_affine() -> None:
    layer = Dense(2, 3, "float64")
    layer.parameters["kernel"][...] = [[1, 2, 3], [4, 5, 6]]
    layer.parameters["bias"][...] = [10, 20, 30]
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 2.0]])), [[19, 32, 45]])


def test_dense_after_batches_of_other_sizes() -> None:
    """The buffers of a larger batch leave nothing behind in a smaller one, nor in the larger one that comes again."""
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(9, 4))
    used = Dense(4, 3, "float64")
    used.parameters["kernel"][...] = generator.normal(size=(4, 3))
    for examples in (2, 9, 1, 9, 5):
        fresh = Dense(4, 3, "float64")
        fresh.parameters.update(used.parameters)
        outputs, wanted = (layer.forward(inputs[:examples]) for layer in (used, fresh))
        np.testing.assert_array_equal(outputs, wanted)
        np.testing.assert_array_equal(used.backward(outputs), fresh.backward(wanted))
        for kind, gradient in fresh.gradients.items():
            np.testing.assert_array_equal(used.gradients[kind], gradient)


def test_flatten_of_sequences_is_by_position_and_feature() -> None:
    sequences = np.arange(24.0).reshape(2, 3, 4)
    layer = Flatten("float64")
    flat = layer.forward(sequences)
    np.testing.assert_array_equal(flat, sequences.reshape(2, 12))
    np.testing.assert_array_equal(layer.backward(flat), sequences)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 4, 5)])
@pytest.mark.parametrize("laid", [np.ascontiguousarray, examples_innermost])
def test_flatten_is_by_height_width_channels(shape: tuple[int, ...], laid: type[Array]) -> None:
    images = laid(np.arange(np.prod(shape), dtype=float).reshape(shape))
    layer = Flatten("float64")
    flat = layer.forward(images)
    np.testing.assert_array_equal(flat, np.ascontiguousarray(images).reshape(shape[0], -1))
    np.testing.assert_array_equal(layer.backward(flat), images)


def dropout(rate: float, seed: int = 0, dtype: str = "float64") -> Dropout:
    layer = Dropout(rate, np.random.default_rng(seed), dtype)
    layer.training = True
    return layer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean(rate: float, dtype: str) -> None:
    outputs = dropout(rate, dtype=dtype).forward(np.ones((200, 500), dtype))
    assert outputs.dtype == dtype
    kept = outputs[outputs != 0]
    np.testing.assert_allclose(kept, 1 / (1 - rate), rtol=1e-6)
    assert kept.size / outputs.size == pytest.approx(1 - rate, abs=4 * np.sqrt(rate * (1 - rate) / outputs.size))


def test_dropout_with_a_given_mask() -> None:
    generator = np.random.default_rng(4)
    layer = dropout(0.2)
    layer.mask = (generator.random((5, 3)) > 0.2).astype(float)
    inputs = generator.normal(size=(5, 3))
    np.testing.assert_allclose(layer.forward(inputs), inputs * layer.mask / 0.8, rtol=1e-15)
    check_layer(layer, inputs, generator)


def test_dropout_gradient_goes_through_the_mask_that_was_drawn() -> None:
    layer = dropout(0.5)
    inputs = np.ones((20, 20))
    outputs = layer.forward(inputs).copy()
    np.testing.assert_array_equal(layer.backward(np.ones((20, 20))), outputs)


def test_dropout_is_off_in_prediction_and_without_a_mask() -> None:
    inputs = np.ones((3, 2))
    layer = dropout(0.5)
    layer.mask = None
    np.testing.assert_array_equal(layer.forward(inputs), inputs)
    np.testing.assert_array_equal(layer.backward(inputs), inputs)
    layer.mask = "draw"
    layer.training = False
    np.testing.assert_array_equal(layer.forward(inputs), inputs)


def test_dropout_draws_anew_and_by_its_seed() -> None:
    inputs = np.ones((8, 8))
    layer, twin = dropout(0.5), dropout(0.5)
    first = layer.forward(inputs).copy()
    np.testing.assert_array_equal(first, twin.forward(inputs))
    assert np.any(first != layer.forward(inputs))
    assert np.any(first != dropout(0.5, seed=1).forward(inputs))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls.scratch.positions import Positions, sinusoids
from tests.impls.scratch.finite_differences import check_layer


@given(length=st.integers(1, 40), half=st.integers(1, 12))
def test_sinusoids_by_their_definition(length: int, half: int) -> None:
    table = sinusoids(length, 2 * half)
    assert table.shape == (length, 2 * half)
    for position in (0, length // 2, length - 1):
        for column in range(half):
            angle = position / 10000.0 ** (2 * column / (2 * half))
            assert table[position, 2 * column] == pytest.approx(math.sin(angle), abs=1e-12)
            assert table[position, 2 * column + 1] == pytest.approx(math.cos(angle), abs=1e-12)


@pytest.mark.parametrize("learned", [False, True])
@given(examples=st.integers(1, 3), length=st.integers(1, 4), shorter=st.integers(0, 2), seed=st.integers(0, 10**6))
def test_gradients(learned: bool, examples: int, length: int, shorter: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    layer = Positions(length, 4, learned, "float64")
    check_layer(layer, generator.normal(size=(examples, max(length - shorter, 1), 4)), generator)


@pytest.mark.parametrize("learned", [False, True])
def test_tokens_are_scaled_and_positions_are_not(learned: bool) -> None:
    generator = np.random.default_rng(1)
    layer = Positions(5, 4, learned, "float64")
    table = sinusoids(5, 4)
    if learned:
        table = layer.parameters["embeddings"][...] = generator.normal(size=(5, 4))
    inputs = generator.normal(size=(2, 3, 4))
    np.testing.assert_allclose(layer.forward(inputs), 2.0 * inputs + table[:3], rtol=1e-15)
    np.testing.assert_allclose(layer.forward(inputs, start=2), 2.0 * inputs + table[2:], rtol=1e-15)


def test_positions_beyond_the_inputs_have_no_gradient() -> None:
    layer = Positions(3, 4, learned=True)
    for length in (3, 2):
        layer.forward(np.ones((2, length, 4), np.float32))
        layer.backward(np.ones((2, length, 4), np.float32))
    np.testing.assert_array_equal(layer.gradients["embeddings"], np.repeat([[2.0], [2.0], [0.0]], 4, axis=1))


def test_float32_stays_float32() -> None:
    layer = Positions(3, 4)
    outputs = layer.forward(np.ones((2, 3, 4), np.float32))
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.pooling import MeanPooling
from impls.scratch.time_steps import Walk
from tests.impls.scratch.finite_differences import check_layer

ragged = st.integers(1, 6).flatmap(
    lambda length: st.tuples(st.just(length), st.lists(st.integers(1, length), min_size=1, max_size=6))
)


def real_of(lengths: list[int], length: int) -> Array:
    return np.arange(length) < np.array(lengths)[:, np.newaxis]


@settings(deadline=None)
@given(drawn=ragged, reverse=st.booleans(), masked=st.booleans())
def test_a_walk_takes_every_real_position_in_order_and_no_other(
    drawn: tuple[int, list[int]], reverse: bool, masked: bool
) -> None:
    length, lengths = drawn
    if not masked:
        lengths = [length] * len(lengths)
    walk = Walk(len(lengths), length, real_of(lengths, length) if masked else None, reverse)
    places = np.arange(1.0, len(lengths) * length + 1).reshape(len(lengths), length, 1)
    steps = np.array(walk.to_steps(places))
    rows = walk.to_rows(np.arange(len(lengths)))
    assert sum(count for _, count in walk.steps) == sum(lengths)
    for row, example in enumerate(rows):
        taken = [steps[step, row, 0] for step, count in walk.steps if row < count]
        wanted = list(places[example, : lengths[example], 0])
        assert taken == (wanted[::-1] if reverse else wanted)
    np.testing.assert_array_equal(
        np.sort(walk.used(steps)[:, 0]), np.sort([p for x, n in zip(places, lengths, strict=True) for p in x[:n, 0]])
    )
    real = real_of(lengths, length)
    np.testing.assert_array_equal(walk.to_sequences(steps)[:, :, 0], np.where(real, places[:, :, 0], 0.0))
    np.testing.assert_array_equal(walk.to_examples(rows), np.arange(len(lengths)))


class Masked(Layer):
    """`MeanPooling` with a mask that is set."""

    def __init__(self, real: Array | None) -> None:
        super().__init__("float64")
        self._layer, self._real = MeanPooling("float64"), real

    def forward(self, inputs: Array) -> Array:
        return self._layer.forward(inputs, self._real)

    def backward(self, gradient: Array) -> Array:
        return self._layer.backward(gradient)


@pytest.mark.parametrize("masked", [True, False])
@settings(deadline=None)
@given(drawn=ragged, features=st.integers(1, 3), seed=st.integers(0, 10**6))
def test_mean_over_real_positions(masked: bool, drawn: tuple[int, list[int]], features: int, seed: int) -> None:
    length, lengths = drawn
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(len(lengths), length, features))
    layer = Masked(real_of(lengths, length) if masked else None)
    wanted = [x[: n if masked else length].mean(axis=0) for x, n in zip(inputs, lengths, strict=True)]
    np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-12, atol=1e-14)
    check_layer(layer, inputs, generator)


def test_mean_pooling_keeps_float32() -> None:
    layer = MeanPooling()
    outputs = layer.forward(np.ones((2, 3, 4), np.float32), real_of([3, 1], 3))
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32

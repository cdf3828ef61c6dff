import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.time_steps import MeanPooling, Walk, lengths_of
from tests.impls.scratch.finite_differences import check_layer

ragged = st.integers(1, 6).flatmap(
    lambda length: st.tuples(st.just(length), st.lists(st.integers(1, length), min_size=1, max_size=6))
)


def test_lengths_are_counted_up_to_the_padding() -> None:
    np.testing.assert_array_equal(lengths_of(np.array([[3, 1, 2], [4, 0, 0], [5, 6, 0]])), [3, 1, 2])


@settings(deadline=None)
@given(found=ragged, reverse=st.booleans(), told=st.booleans())
def test_a_walk_takes_every_real_position_in_order_and_no_other(
    found: tuple[int, list[int]], reverse: bool, told: bool
) -> None:
    length, lengths = found
    if not told:
        lengths = [length] * len(lengths)
    walk = Walk(len(lengths), length, np.array(lengths) if told else None, reverse)
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
    real = np.arange(length) < np.array(lengths)[:, np.newaxis]
    np.testing.assert_array_equal(walk.to_sequences(steps)[:, :, 0], np.where(real, places[:, :, 0], 0.0))
    np.testing.assert_array_equal(walk.to_examples(rows), np.arange(len(lengths)))


class OverLengths(Layer):
    """`MeanPooling` over sequences of set lengths."""

    def __init__(self, lengths: Array | None) -> None:
        super().__init__("float64")
        self._layer, self._lengths = MeanPooling("float64"), lengths

    def forward(self, inputs: Array) -> Array:
        return self._layer.forward(inputs, self._lengths)

    def backward(self, gradient: Array) -> Array:
        return self._layer.backward(gradient)


@pytest.mark.parametrize("told", [True, False])
@settings(deadline=None)
@given(found=ragged, features=st.integers(1, 3), seed=st.integers(0, 10**6))
def test_mean_over_real_positions(told: bool, found: tuple[int, list[int]], features: int, seed: int) -> None:
    length, lengths = found
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(len(lengths), length, features))
    layer = OverLengths(np.array(lengths) if told else None)
    wanted = [x[: n if told else length].mean(axis=0) for x, n in zip(inputs, lengths, strict=True)]
    np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-12, atol=1e-14)
    check_layer(layer, inputs, generator)


def test_mean_pooling_keeps_float32() -> None:
    layer = MeanPooling()
    outputs = layer.forward(np.ones((2, 3, 4), np.float32), np.array([3, 1]))
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32

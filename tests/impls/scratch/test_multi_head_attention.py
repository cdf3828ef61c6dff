import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.multi_head_attention import MultiHeadAttention
from impls.textbook.multi_head_attention import MultiHeadAttention as TextbookAttention
from tests.impls.scratch.finite_differences import check_layer

EXAMPLES, LENGTH, MEMORY_LENGTH, WIDTH, HEADS = 3, 4, 5, 6, 2
#: Which of the memory's positions are real.
REAL = np.arange(MEMORY_LENGTH) < np.array([[5], [2], [1]])


def made(
    generator: np.random.Generator, heads: int = HEADS, width: int = WIDTH, causal: bool = False
) -> MultiHeadAttention:
    layer = MultiHeadAttention(width, heads, causal, "float64")
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    return layer


def by_definition(layer: MultiHeadAttention, inputs: Array, memory: Array, real: Array | None) -> tuple[Array, Array]:
    """Outputs and weights of the textbook, head by head and example by example, over what is no padding."""
    p, size = layer.parameters, layer.width // layer.heads
    outputs = np.zeros(inputs.shape) + p["output/bias"]
    weights = np.zeros((len(inputs), layer.heads, inputs.shape[1], memory.shape[1]))
    for example, head in np.ndindex(weights.shape[:2]):
        row, columns = slice(example, example + 1), slice(head * size, (head + 1) * size)
        length = memory.shape[1] if real is None else int(real[example].sum())
        textbook = TextbookAttention(heads=1, causal=layer.causal)
        for part in ("query", "key", "value"):
            textbook.parameters[f"{part}/kernel"] = p[f"{part}/kernel"][:, columns]
            textbook.parameters[f"{part}/bias"] = p[f"{part}/bias"][columns]
        textbook.parameters |= {"output/kernel": p["output/kernel"][columns], "output/bias": np.zeros(layer.width)}
        outputs[row] += textbook.forward(inputs[row], memory[row, :length], np.ones((1, length), bool))
        weights[example, head, :, :length] = textbook.weights
    return outputs, weights


class Looking(Layer):
    """Cross-attention with all but the inputs held, or, `at_memory`, all but the memory."""

    def __init__(self, layer: MultiHeadAttention, held: Array, real: Array | None, at_memory: bool) -> None:
        super().__init__("float64")
        self.parameters, self.gradients = layer.parameters, layer.gradients
        self._layer, self._held, self._real, self._at_memory = layer, held, real, at_memory

    def forward(self, inputs: Array) -> Array:
        queries, memory = (self._held, inputs) if self._at_memory else (inputs, self._held)
        return self._layer.forward(queries, memory, self._real)

    def backward(self, gradient: Array) -> Array:
        inputs_gradient = self._layer.backward(gradient)
        return self._layer.memory_gradient if self._at_memory else inputs_gradient


class SelfLooking(Looking):
    """Self-attention with padding."""

    def forward(self, inputs: Array) -> Array:
        return self._layer.forward(inputs, None, self._real)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5)), heads=st.integers(1, 3),
    size=st.integers(1, 3), seed=st.integers(0, 10**6), data=st.data(),
)  # fmt: skip
def test_cross_attention_by_its_definition(
    shape: tuple[int, int, int], heads: int, size: int, seed: int, data: st.DataObject
) -> None:
    examples, length, memory_length = shape
    generator = np.random.default_rng(seed)
    layer = made(generator, heads, heads * size)
    inputs, memory = (generator.normal(size=(examples, many, heads * size)) for many in (length, memory_length))
    lengths = data.draw(st.lists(st.integers(1, memory_length), min_size=examples, max_size=examples))
    real = np.arange(memory_length) < np.array(lengths)[:, np.newaxis]
    outputs, weights = by_definition(layer, inputs, memory, real)
    np.testing.assert_allclose(layer.forward(inputs, memory, real), outputs, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(layer.weights, weights, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("real", [None, REAL])
def test_self_attention_by_its_definition(causal: bool, real: Array | None) -> None:
    generator = np.random.default_rng(1)
    layer = made(generator, causal=causal)
    inputs = generator.normal(size=(EXAMPLES, MEMORY_LENGTH, WIDTH))
    outputs, weights = by_definition(layer, inputs, inputs, real)
    np.testing.assert_allclose(layer.forward(inputs, None, real), outputs, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(layer.weights, weights, rtol=1e-12)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("real", [None, REAL])
def test_gradients_of_self_attention(causal: bool, real: Array | None) -> None:
    generator = np.random.default_rng(2)
    layer = SelfLooking(made(generator, causal=causal), np.empty(0), real, at_memory=False)
    check_layer(layer, generator.normal(size=(EXAMPLES, MEMORY_LENGTH, WIDTH)), generator)


@pytest.mark.parametrize("at_memory", [False, True])
@pytest.mark.parametrize("real", [None, REAL])
def test_gradients_of_cross_attention(at_memory: bool, real: Array | None) -> None:
    generator = np.random.default_rng(3)
    queries = generator.normal(size=(EXAMPLES, LENGTH, WIDTH))
    memory = generator.normal(size=(EXAMPLES, MEMORY_LENGTH, WIDTH))
    held, moved = (queries, memory) if at_memory else (memory, queries)
    check_layer(Looking(made(generator), held, real, at_memory), moved, generator)


def test_padding_has_a_weight_of_exactly_nothing() -> None:
    generator = np.random.default_rng(4)
    layer = made(generator)
    inputs, memory = (generator.normal(size=(EXAMPLES, many, WIDTH)) for many in (LENGTH, MEMORY_LENGTH))
    before = layer.forward(inputs, memory, REAL).copy()
    assert np.all((layer.weights > 0.0) == REAL[:, np.newaxis, np.newaxis])
    memory[~REAL] = 1e3 * generator.normal(size=(np.sum(~REAL), WIDTH))
    np.testing.assert_array_equal(layer.forward(inputs, memory, REAL), before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_comes_later_does_not_reach_back(dtype: str) -> None:
    generator = np.random.default_rng(5)
    layer = MultiHeadAttention(WIDTH, HEADS, True, dtype)
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    inputs = generator.normal(size=(EXAMPLES, LENGTH, WIDTH)).astype(dtype)
    before = layer.forward(inputs).copy()
    for position in range(1, LENGTH):
        changed = inputs.copy()
        changed[:, position:] *= -30.0
        after = layer.forward(changed)
        np.testing.assert_array_equal(after[:, :position], before[:, :position])
        assert np.all(after[:, position:] != before[:, position:])


@settings(max_examples=25, deadline=None)
@given(
    sequences=st.integers(1, 4), length=st.integers(1, 6), heads=st.integers(1, 3), seed=st.integers(0, 10**6)
)  # fmt: skip
def test_step_by_step_is_the_whole(sequences: int, length: int, heads: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    layer = made(generator, heads, 2 * heads, causal=True)
    inputs = generator.normal(size=(sequences, length, 2 * heads))
    whole = layer.forward(inputs).copy()
    kept = layer.room(sequences, length)
    for position in range(length):
        step, kept = layer.step(inputs[:, position : position + 1], kept, position)
        np.testing.assert_allclose(step[:, 0], whole[:, position], rtol=1e-11, atol=1e-12)
        np.testing.assert_array_equal(kept.real, np.tile(np.arange(length) <= position, (sequences, 1)))


def test_a_memory_is_read_once_and_padding_stays_out() -> None:
    generator = np.random.default_rng(6)
    layer = made(generator)
    inputs, memory = (generator.normal(size=(EXAMPLES, many, WIDTH)) for many in (LENGTH, MEMORY_LENGTH))
    whole = layer.forward(inputs, memory, REAL).copy()
    kept = layer.remember(memory, REAL)
    # What the layer does in between must not show.
    layer.forward(inputs, -memory)
    for position in range(LENGTH):
        step = layer.attend(inputs[:, position : position + 1], kept)
        np.testing.assert_allclose(step[:, 0], whole[:, position], rtol=1e-12, atol=1e-13)


def test_large_scores_do_not_overflow() -> None:
    generator = np.random.default_rng(8)
    layer = made(generator, causal=True)
    outputs = layer.forward(1e4 * generator.normal(size=(EXAMPLES, LENGTH, WIDTH)))
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(layer.weights.sum(axis=-1), 1.0, rtol=1e-12)


def test_float32_stays_float32() -> None:
    layer = MultiHeadAttention(WIDTH, HEADS, causal=True)
    outputs = layer.forward(np.ones((EXAMPLES, LENGTH, WIDTH), np.float32), None, REAL[:, :LENGTH])
    assert outputs.dtype == layer.backward(outputs).dtype == layer.weights.dtype == np.float32
    step, kept = layer.step(outputs[:, :1].copy(), layer.room(EXAMPLES, 1), 0)
    assert step.dtype == kept.keys.dtype == np.float32

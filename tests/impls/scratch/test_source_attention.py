from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.source_attention import ATTENTIONS, Memory, ScoreAttention
from impls.textbook.source_attention import ATTENTIONS as TEXTBOOK_ATTENTIONS
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

every_kind = pytest.mark.parametrize("kind", ATTENTIONS)
sizes = st.integers(1, 4)


def make(kind: Any, examples: int, target: int, source: int, units: int, seed: int) -> tuple[Any, Array, Array, Array]:
    """Layer, queries, memory, and where the memory is real."""
    generator = np.random.default_rng(seed)
    layer = ATTENTIONS[kind](units, "float64")
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    queries, memory = (generator.normal(size=(examples, length, units)) for length in (target, source))
    return layer, queries, memory, np.arange(source) < generator.integers(1, source + 1, examples)[:, np.newaxis]


def by_definition(kind: Any, layer: ScoreAttention, queries: Array, memory: Array, real: Array) -> tuple[Array, Array]:
    """Contexts and weights of the textbook, example by example, over what is no padding."""
    textbook = TEXTBOOK_ATTENTIONS[kind]()
    textbook.parameters = layer.parameters
    contexts, weights = np.zeros(queries.shape), np.zeros((*queries.shape[:2], memory.shape[1]))
    for example, length in enumerate(real.sum(axis=1)):
        row = slice(example, example + 1)
        contexts[row] = textbook.forward(queries[row], memory[row, :length], np.ones((1, length), bool))
        weights[row, :, :length] = textbook.weights
    return contexts, weights


@every_kind
@settings(deadline=None)
@given(examples=sizes, target=sizes, source=sizes, units=sizes, seed=st.integers(0, 10**6))
def test_contexts_and_weights_are_the_definition(
    kind: str, examples: int, target: int, source: int, units: int, seed: int
) -> None:
    layer, queries, memory, real = make(kind, examples, target, source, units, seed)
    contexts, weights = by_definition(kind, layer, queries, memory, real)
    np.testing.assert_allclose(layer.forward(queries, *layer.remember(memory, real)), contexts, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(layer.weights, weights, rtol=1e-11, atol=1e-13)
    assert not layer.weights.swapaxes(1, 2)[~real].any()


@every_kind
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), time_first=st.booleans())
def test_gradients_against_finite_differences(kind: str, seed: int, time_first: bool) -> None:
    layer, queries, memory, real = make(kind, 3, 2, 4, 3, seed)
    if time_first:
        queries, memory = (np.ascontiguousarray(array.swapaxes(0, 1)).swapaxes(0, 1) for array in (queries, memory))
    weights = np.random.default_rng(seed + 1).normal(size=queries.shape)

    def loss() -> float:
        return float(np.vdot(weights, layer.forward(queries, *layer.remember(memory, real))))

    loss()
    before = [array.copy() for array in (queries, memory, weights)]
    query_gradient, memory_gradient = layer.backward(weights).copy(), layer.memory_gradient.copy()
    gradients = {part: gradient.copy() for part, gradient in layer.gradients.items()}
    for array, copy in zip((queries, memory, weights), before, strict=True):
        np.testing.assert_array_equal(array, copy, "the layer wrote into what it was given")
    assert_gradients_agree(query_gradient, numerical_gradient(loss, queries), "queries")
    assert_gradients_agree(memory_gradient, numerical_gradient(loss, memory), "memory")
    for part, array in layer.parameters.items():
        assert_gradients_agree(gradients[part], numerical_gradient(loss, array), part)


@every_kind
def test_a_remembered_memory_serves_every_query(kind: str) -> None:
    layer, queries, memory, real = make(kind, 3, 4, 5, 2, 0)
    whole = layer.forward(queries, *layer.remember(memory, real)).copy()
    remembered = Memory(*(part.copy() for part in layer.remember(memory, real)))
    layer.forward(queries, *layer.remember(2 * memory, real))
    for position in range(4):
        context = layer.forward(queries[:, position : position + 1], *remembered)
        np.testing.assert_allclose(context[:, 0], whole[:, position], rtol=1e-12, atol=1e-14)


@every_kind
def test_float32_stays_float32(kind: Any) -> None:
    layer = ATTENTIONS[kind](3)
    queries, memory = (np.ones((2, length, 3), np.float32) for length in (2, 4))
    contexts = layer.forward(queries, *layer.remember(memory, np.ones((2, 4), bool)))
    assert contexts.dtype == layer.weights.dtype == layer.backward(contexts).dtype == np.float32
    assert layer.memory_gradient.dtype == np.float32

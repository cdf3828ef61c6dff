import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.scratch.embedding import ONE_HOT_TOKENS, Embedding

#: On both sides of where another way of summing begins.
VOCABULARIES = [1, 5, ONE_HOT_TOKENS, ONE_HOT_TOKENS + 1, 300]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@settings(deadline=None)
@given(examples=st.integers(1, 5), length=st.integers(1, 6), width=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_rows_of_the_table_and_their_summed_gradients(
    vocabulary: int, examples: int, length: int, width: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    layer = Embedding(vocabulary, width, "float64")
    layer.parameters["embeddings"][...] = generator.normal(size=(vocabulary, width))
    layer.gradients["embeddings"][...] = np.nan
    tokens = generator.integers(0, vocabulary, (examples, length))
    np.testing.assert_array_equal(layer.forward(tokens), layer.parameters["embeddings"][tokens])
    gradient = generator.normal(size=(examples, length, width))
    wanted = np.zeros((vocabulary, width))
    for place in np.ndindex(tokens.shape):
        wanted[tokens[place]] += gradient[place]
    # Recurrent layers leave gradients with time first in memory.
    for laid in (gradient, np.ascontiguousarray(gradient.swapaxes(0, 1)).swapaxes(0, 1)):
        layer.backward_to_parameters(laid)
        np.testing.assert_allclose(layer.gradients["embeddings"], wanted, rtol=1e-12, atol=1e-14)


def test_tokens_have_no_gradient() -> None:
    layer = Embedding(3, 2, "float64")
    with pytest.raises(TypeError, match="no gradient"):
        layer.backward(layer.forward(np.array([[1]])))


@pytest.mark.parametrize("vocabulary", [5, 300])
def test_float32_stays_float32(vocabulary: int) -> None:
    layer = Embedding(vocabulary, 2)
    outputs = layer.forward(np.array([[1, 2], [2, 0]]))
    layer.backward_to_parameters(outputs)
    assert outputs.dtype == layer.gradients["embeddings"].dtype == np.float32

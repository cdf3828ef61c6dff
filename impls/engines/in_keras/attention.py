"""Attention, with keys (and values) that can be kept: of several heads, additive, and multiplicative.

`keras.layers.MultiHeadAttention` is not used: it rounds its scale 1/√(head size) to float32 in a float64 model, and its
kernels have an axis for the heads. The arithmetic is Keras's own in either case, `ops.dot_product_attention`.
"""

import math
from typing import Any, Literal

import keras
from keras import ops

from impls.engines.in_keras.layers import LayerFactory


class MultiHeadAttention(keras.layers.Layer):
    """Scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2).

    From inputs (examples, positions, width) and a memory (examples, memory positions, width) to the inputs' shape. A
    head is a block of width / heads columns.
    """

    def __init__(self, width: int, heads: int, causal: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.heads = heads
        #: Whether a position sees no later ones.
        self.causal = causal
        self.query, self.key, self.value, self.output_projection = (
            keras.layers.Dense(width, name=part) for part in ("query", "key", "value", "output")
        )
        self.supports_masking = True

    def build(self, inputs_shape: Any, memory_shape: Any) -> None:
        self.query.build(inputs_shape)
        self.key.build(memory_shape)
        self.value.build(memory_shape)
        self.output_projection.build(inputs_shape)

    def call(self, inputs: Any, memory: Any, memory_mask: Any = None) -> Any:
        """Attend from the inputs to the memory, where its mask (examples, memory positions) is true."""
        keys, values = self.keys_and_values(memory)
        mask = None if memory_mask is None else memory_mask[:, None, None, :]
        return self.attend(inputs, keys, values, mask, self.causal)

    def keys_and_values(self, memory: Any) -> tuple[Any, Any]:
        """(examples, memory positions, heads, head size), both."""
        return self._split(self.key(memory)), self._split(self.value(memory))

    def attend(self, inputs: Any, keys: Any, values: Any, mask: Any = None, causal: bool = False) -> Any:
        """Attend where the mask, of a shape like (examples, heads, positions, memory positions), is true."""
        queries = self._split(self.query(inputs))
        # Given as a scale, the factor would be rounded to float32.
        queries = queries * queries.shape[-1] ** -0.5
        heads = ops.dot_product_attention(queries, keys, values, mask=mask, scale=1.0, is_causal=causal)
        return self.output_projection(ops.reshape(heads, (-1, *inputs.shape[1:])))

    def _split(self, projected: Any) -> Any:
        positions, width = projected.shape[1:]
        return ops.reshape(projected, (-1, positions, self.heads, width // self.heads))


class AdditiveAttention(keras.layers.Layer):
    """score = v · tanh(q·W + k·U) (Bahdanau et al. 2015, appendix A.1.2).

    From queries (examples, positions, units) and a memory (examples, memory positions, units) to the contexts of the
    queries, of their shape.
    """

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.query = keras.layers.Dense(units, use_bias=False, name="query")
        self.key = keras.layers.Dense(units, use_bias=False, name="key")
        self.score = keras.layers.Dense(1, use_bias=False, name="score")

    def build(self, queries_shape: Any, memory_shape: Any) -> None:
        self.query.build(queries_shape)
        self.key.build(memory_shape)
        self.score.build(memory_shape)

    def call(self, queries: Any, memory: Any, memory_mask: Any) -> Any:
        """Attend where the memory's mask (examples, memory positions) is true."""
        return self.attend(queries, self.key(memory), memory, memory_mask)

    def attend(self, queries: Any, keys: Any, memory: Any, memory_mask: Any) -> Any:
        """`call` with keys that are there already."""
        pairs = ops.tanh(self.query(queries)[:, :, None] + keys[:, None])
        return _weighted_mean(self.score(pairs)[..., 0], memory, memory_mask)


class MultiplicativeAttention(keras.layers.Layer):
    """score = q · (k·U) (Luong et al. 2015, equation 8, "general"); shapes as in `AdditiveAttention`."""

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.key = keras.layers.Dense(units, use_bias=False, name="key")

    def build(self, queries_shape: Any, memory_shape: Any) -> None:  # noqa: ARG002 -- Keras gives one for each input
        self.key.build(memory_shape)

    def call(self, queries: Any, memory: Any, memory_mask: Any) -> Any:
        """Attend where the memory's mask (examples, memory positions) is true."""
        return self.attend(queries, self.key(memory), memory, memory_mask)

    def attend(self, queries: Any, keys: Any, memory: Any, memory_mask: Any) -> Any:
        """`call` with keys that are there already."""
        return _weighted_mean(ops.matmul(queries, ops.swapaxes(keys, 1, 2)), memory, memory_mask)


ATTENTIONS: dict[Literal["additive", "multiplicative"], LayerFactory] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}


def _weighted_mean(scores: Any, memory: Any, memory_mask: Any) -> Any:
    """The memory's mean by the softmax of scores (examples, positions, memory positions), where the mask is true."""
    weights = ops.softmax(ops.where(memory_mask[:, None], scores, -math.inf))
    return ops.matmul(weights, memory)

"""Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2), and step by step.

`keras.layers.MultiHeadAttention` is not used: it rounds its scale 1/√(head size) to float32 in a float64 model, and its
kernels have an axis for the heads. The arithmetic is Keras's own in either case, `ops.dot_product_attention`.
"""

from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops


class KeysAndValues(NamedTuple):
    """What a decoder's attention looks at, kept so that no step computes it again."""

    #: (sequences, positions, heads, head size), both.
    keys: Any
    values: Any
    #: (sequences, positions), true where there is something to attend to.
    real: Any


class MultiHeadAttention(keras.layers.Layer):
    """outputs = concat over heads of softmax(Q · Kᵀ / √(head size)) · V, times the output kernel, plus its bias.

    From (examples, length, width) to the same; Q from the inputs, K and V from them too (self-attention) or from a
    memory (examples, memory length, width). A head is a block of width / heads columns.

    Args:
        width: features at each position.
        heads: a divisor of it.
        causal: whether a position sees no later ones.
    """

    def __init__(self, width: int, heads: int, causal: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.heads = heads
        self.causal = causal
        self.query, self.key, self.value, self.output_projection = (
            keras.layers.Dense(width, name=part) for part in ("query", "key", "value", "output")
        )
        self.supports_masking = True

    def build(self, inputs_shape: Any, memory_shape: Any = None) -> None:
        self.query.build(inputs_shape)
        self.key.build(memory_shape or inputs_shape)
        self.value.build(memory_shape or inputs_shape)
        self.output_projection.build(inputs_shape)

    def call(self, inputs: Any, memory: Any = None, real: Any = None) -> Any:
        """Attention from the inputs to the inputs, or to a memory.

        Args:
            inputs: (examples, length, width).
            memory: (examples, memory length, width); None stands for the inputs.
            real: (examples, memory length), true where there is something to attend to; None: everywhere.
        """
        keys, values = self._project(inputs if memory is None else memory)
        return self._attend(inputs, keys, values, real, self.causal)

    def room(self, sequences: int, length: int) -> KeysAndValues:
        """For self-attention step by step: no position is there yet, and `length` at most will be."""
        width = self.query.units
        zeros = ops.zeros((sequences, length, self.heads, width // self.heads), self.compute_dtype)
        return KeysAndValues(zeros, zeros, ops.zeros((sequences, length), "bool"))

    def remember(self, memory: Any, real: Any) -> KeysAndValues:
        """For cross-attention step by step: of a memory (sequences, memory length, width)."""
        return KeysAndValues(*self._project(memory), real)

    def attend(self, inputs: Any, kept: KeysAndValues) -> Any:
        """Attention from the inputs (sequences, 1, width) to what is kept."""
        return self._attend(inputs, kept.keys, kept.values, kept.real, causal=False)

    def step(self, inputs: Any, kept: KeysAndValues, position: Any) -> tuple[Any, KeysAndValues]:
        """Self-attention of one more position (sequences, 1, width), whose keys and values are kept from then on."""
        start = position * 0  # of the position's own integer type, as JAX wants them all
        place = (start, position, start, start)
        new_keys, new_values = self._project(inputs)
        keys, values = ops.slice_update(kept.keys, place, new_keys), ops.slice_update(kept.values, place, new_values)
        real = ops.broadcast_to(ops.arange(keys.shape[1]) <= position, ops.shape(kept.real))
        kept = KeysAndValues(keys, values, real)
        return self.attend(inputs, kept), kept

    def _project(self, memory: Any) -> tuple[Any, Any]:
        return self._by_head(self.key(memory)), self._by_head(self.value(memory))

    def _by_head(self, projected: Any) -> Any:
        """(examples, length, width) as (examples, length, heads, head size)."""
        length, width = projected.shape[1:]
        return ops.reshape(projected, (-1, length, self.heads, width // self.heads))

    def _attend(self, inputs: Any, keys: Any, values: Any, real: Any, causal: bool) -> Any:
        queries = self._by_head(self.query(inputs))
        # Given as a scale, the factor would be rounded to float32.
        queries = queries * queries.shape[-1] ** -0.5
        mask = None if real is None else real[:, None, None]
        attention = _attention_in_float64 if self._rounds_softmax() else ops.dot_product_attention
        context = attention(queries, keys, values, mask=mask, scale=1.0, is_causal=causal)
        return self.output_projection(ops.reshape(context, (-1, *inputs.shape[1:])))

    def _rounds_softmax(self) -> bool:
        """Whether Keras's own operation would compute the softmax in float32: JAX's does, whatever it is given."""
        return bool(keras.backend.backend() == "jax" and self.compute_dtype == "float64")


def _attention_in_float64(queries: Any, keys: Any, values: Any, mask: Any, scale: float, is_causal: bool) -> Any:
    """`ops.dot_product_attention` by its definition, in the precision of what it is given.

    Args:
        queries: (examples, length, heads, head size).
        keys: (examples, memory length, heads, head size); values the same.
        mask: (examples, 1, 1, memory length), true where there is something to attend to; None: everywhere.
        scale: of the scores.
        is_causal: whether a position sees no later ones.
    """
    scores = scale * ops.einsum("bqhd,bkhd->bhqk", queries, keys)
    if is_causal:
        length, memory_length = scores.shape[2:]
        earlier = (ops.arange(memory_length) <= ops.arange(length)[:, None])[None, None]
        mask = earlier if mask is None else ops.logical_and(mask, earlier)
    if mask is not None:
        scores = ops.where(mask, scores, -0.7 * np.finfo(np.float64).max)
    return ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), values)

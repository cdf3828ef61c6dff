"""Attention by scores: additive (Bahdanau et al. 2015) and multiplicative (Luong et al. 2015)."""

import math
from abc import abstractmethod
from typing import Any, Literal, NamedTuple

import keras
from keras import ops


class Memory(NamedTuple):
    """What a decoder attends to, with its keys, which are computed once for all queries."""

    #: (examples, source length, units).
    values: Any
    #: (examples, source length), true where there is something to attend to.
    real: Any
    #: The values times the key's kernel, of the same shape; None leaves them to the layer's call.
    keys: Any


class ScoreAttention(keras.layers.Layer):
    """context = Σₛ weightₛ · memoryₛ, the weights being the softmax of scores over the real positions of a memory.

    From queries (examples, target length, units) to contexts of the same shape; a subclass has the score.
    """

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.key = keras.layers.Dense(units, use_bias=False, name="key")

    def build(self, inputs_shape: Any, values_shape: Any) -> None:  # noqa: ARG002 -- Keras gives one for each input
        self.key.build(values_shape)

    def remember(self, values: Any, real: Any) -> Memory:
        """What any number of queries attends to: `Memory` describes the arguments.

        A functional model is made of whole layers, so that its symbols get their keys in the layer's call.
        """
        return Memory(values, real, None if keras.backend.is_keras_tensor(values) else self.key(values))

    def call(self, inputs: Any, values: Any, real: Any, keys: Any = None) -> Any:
        """Contexts for the queries `inputs` (examples, target length, units); the rest is what `remember` gave."""
        scores = self._scores(inputs, self.key(values) if keys is None else keys)
        return ops.matmul(ops.softmax(ops.where(real[:, None], scores, -math.inf)), values)

    @abstractmethod
    def _scores(self, queries: Any, keys: Any) -> Any:
        """(examples, target length, source length)."""


class MultiplicativeAttention(ScoreAttention):
    """score = q · (k·U) (Luong et al. 2015, equation 8, "general")."""

    def _scores(self, queries: Any, keys: Any) -> Any:
        return ops.matmul(queries, ops.swapaxes(keys, 1, 2))


class AdditiveAttention(ScoreAttention):
    """score = v · tanh(q·W + k·U) (Bahdanau et al. 2015, appendix A.1.2)."""

    def __init__(self, units: int, **settings: Any) -> None:
        super().__init__(units, **settings)
        self.query = keras.layers.Dense(units, use_bias=False, name="query")
        self.score = keras.layers.Dense(1, use_bias=False, name="score")

    def build(self, inputs_shape: Any, values_shape: Any) -> None:
        super().build(inputs_shape, values_shape)
        self.query.build(inputs_shape)
        self.score.build(values_shape)

    def _scores(self, queries: Any, keys: Any) -> Any:
        sums = self.query(queries)[:, :, None] + keys[:, None]
        return self.score(ops.tanh(sums))[..., 0]


ATTENTIONS: dict[Literal["additive", "multiplicative"], type[ScoreAttention]] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}

"""Attention by scores: additive (Bahdanau et al. 2015) and multiplicative (Luong et al. 2015)."""

from abc import abstractmethod
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.activations import softmax
from impls.scratch.layer import Layer


class Memory(NamedTuple):
    """What a decoder attends to, with its keys, which are computed once for all queries."""

    #: (examples, source length, units).
    values: Array
    #: (examples, source length), true where there is something to attend to.
    real: Array
    #: The values times the key's kernel, of the same shape.
    keys: Array


class ScoreAttention(Layer):
    """context = Σₛ weightₛ · memoryₛ, the weights being the softmax of scores over the real positions of a memory.

    From queries (examples, target length, units) to contexts of the same shape; a subclass has the score.
    """

    #: The gradient for the memory, which `backward` leaves.
    memory_gradient: Array
    #: (examples, target length, source length), of the last forward pass: a row's sum is 1, and padding has 0.
    weights: Array

    def __init__(self, units: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self._add_parameter("key/kernel", (units, units))

    def remember(self, values: Array, real: Array) -> Memory:
        """What any number of queries attends to: `Memory` describes the arguments.

        The arrays are the layer's own and are overwritten by the next call.
        """
        own_values, keys = self._buffers.take("values", values.shape), self._buffers.take("keys", values.shape)
        own_values[...] = values
        units = values.shape[-1]
        np.matmul(own_values.reshape(-1, units), self.parameters["key/kernel"], out=keys.reshape(-1, units))
        return Memory(own_values, real, keys)

    def forward(self, inputs: Array, *memory: Array) -> Array:
        """Contexts for the queries `inputs` (examples, target length, units); `memory` is what `remember` gave."""
        values, real, keys = memory
        self._queries, self._values, self._keys = inputs, values, keys
        scores = self._scores(inputs, keys)
        scores += np.where(real, 0.0, -np.inf).astype(self.dtype)[:, np.newaxis]
        self.weights = softmax(scores)
        contexts = self._buffers.take("contexts", inputs.shape)
        return np.matmul(self.weights, values, out=contexts)

    def backward(self, gradient: Array) -> Array:
        values = self._values
        weights_gradient = gradient @ values.swapaxes(1, 2)
        # Of softmax: w · (dw − Σ w · dw).
        scores_gradient = weights_gradient
        scores_gradient -= np.einsum("nts,nts->nt", self.weights, weights_gradient)[:, :, np.newaxis]
        scores_gradient *= self.weights
        queries_gradient, keys_gradient = self._scores_backward(scores_gradient)
        units = values.shape[-1]
        rows = keys_gradient.reshape(-1, units)
        np.matmul(values.reshape(-1, units).T, rows, out=self.gradients["key/kernel"])
        # The memory serves as values and as keys.
        self.memory_gradient = np.matmul(
            self.weights.swapaxes(1, 2), gradient, out=self._buffers.take("memory_gradient", values.shape)
        )
        self.memory_gradient += (rows @ self.parameters["key/kernel"].T).reshape(values.shape)
        return queries_gradient

    @abstractmethod
    def _scores(self, queries: Array, keys: Array) -> Array:
        """(examples, target length, source length)."""

    @abstractmethod
    def _scores_backward(self, gradient: Array) -> tuple[Array, Array]:
        """From the gradient for the scores to those for queries and keys; also sets the parameters' gradients."""


class MultiplicativeAttention(ScoreAttention):
    """score = q · (k·U) (Luong et al. 2015, equation 8, "general"). Parameters: key/kernel U (units, units)."""

    def _scores(self, queries: Array, keys: Array) -> Array:
        scores: Array = queries @ keys.swapaxes(1, 2)
        return scores

    def _scores_backward(self, gradient: Array) -> tuple[Array, Array]:
        queries_gradient = self._buffers.take("queries_gradient", self._queries.shape)
        np.matmul(gradient, self._keys, out=queries_gradient)
        keys_gradient = self._buffers.take("keys_gradient", self._keys.shape)
        np.matmul(gradient.swapaxes(1, 2), self._queries, out=keys_gradient)
        return queries_gradient, keys_gradient


class AdditiveAttention(ScoreAttention):
    """score = v · tanh(q·W + k·U) (Bahdanau et al. 2015, appendix A.1.2).

    Parameters: query/kernel W and key/kernel U (units, units), score/kernel v (units, 1).

    The sums of every query with every key are the largest array by far; they are worked on target position by target
    position, so that each piece stays in the processor's cache.
    """

    def __init__(self, units: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(units, dtype)
        self._add_parameter("query/kernel", (units, units))
        self._add_parameter("score/kernel", (units, 1))

    def _scores(self, queries: Array, keys: Array) -> Array:
        examples, target, units = queries.shape
        source = keys.shape[1]
        self._by_time = self._buffers.take("by_time", (target * examples, units))
        self._by_time.reshape(target, examples, units)[...] = queries.swapaxes(0, 1)
        projected = self._buffers.take("projected", (target, examples, 1, units))
        np.matmul(self._by_time, self.parameters["query/kernel"], out=projected.reshape(-1, units))
        self._tanhs = self._buffers.take("tanhs", (target, examples, source, units))
        scores = self._buffers.take("scores", (target, examples * source))
        v = self.parameters["score/kernel"][:, 0]
        for query, tanh, score in zip(projected, self._tanhs, scores, strict=True):
            np.add(keys, query, out=tanh)
            np.tanh(tanh, out=tanh)
            np.matmul(tanh.reshape(-1, units), v, out=score)
        return scores.reshape(target, examples, source).swapaxes(0, 1)

    def _scores_backward(self, gradient: Array) -> tuple[Array, Array]:
        """tanh' = 1 − tanh²; v, a factor of everything that goes on to queries and keys, is put on last."""
        target, examples, source, units = self._tanhs.shape
        by_time = self._buffers.take("scores_gradient", (target, examples * source))
        by_time.reshape(target, examples, source)[...] = gradient.swapaxes(0, 1)
        v, v_gradient = self.parameters["score/kernel"][:, 0], self.gradients["score/kernel"][:, 0]
        np.matmul(by_time.ravel(), self._tanhs.reshape(-1, units), out=v_gradient)
        slope = self._buffers.take("slope", (examples, source, units))
        keys_gradient = self._buffers.take("keys_gradient", slope.shape)
        keys_gradient[...] = 0.0
        projected_gradient = self._buffers.take("projected_gradient", (target, examples, units))
        for tanh, score, query in zip(self._tanhs, by_time, projected_gradient, strict=True):
            np.multiply(tanh, tanh, out=slope)
            np.subtract(1.0, slope, out=slope)
            slope *= score.reshape(examples, source, 1)
            keys_gradient += slope
            np.add.reduce(slope, axis=1, out=query)
        keys_gradient *= v
        projected_gradient *= v
        rows = projected_gradient.reshape(-1, units)
        np.matmul(self._by_time.T, rows, out=self.gradients["query/kernel"])
        queries_gradient = self._buffers.take("queries_gradient", (target, examples, units))
        np.matmul(rows, self.parameters["query/kernel"].T, out=queries_gradient.reshape(-1, units))
        return queries_gradient.swapaxes(0, 1), keys_gradient


ATTENTIONS: dict[Literal["additive", "multiplicative"], type[ScoreAttention]] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}

"""Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2), forward, backward, and step by step."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.sums import sum_of_features, sum_of_rows

#: What is projected from the inputs, in the order of the columns in which the layer keeps it.
PROJECTIONS = ("query", "key", "value")


class KeysAndValues(NamedTuple):
    """What a decoder's attention looks at, kept so that no step computes it again."""

    #: (sequences, heads, positions, head size), both.
    keys: Array
    values: Array
    #: (sequences, positions), true where there is something to attend to.
    real: Array


class MultiHeadAttention(Layer):
    """outputs = concat over heads of softmax(Q · Kᵀ / √(head size)) · V, times the output kernel, plus its bias.

    From (examples, length, width) to the same. Q = inputs · query kernel + bias; K and V likewise, from the inputs
    (self-attention) or from a memory (examples, memory length, width) (cross-attention). A head is a block of
    width / heads columns. Parameters: query/kernel, key/kernel, value/kernel, output/kernel (width, width), and a bias
    (width,) of each.

    The scores, (examples, heads, length, memory length), are the largest arrays, so what can is done elsewhere: the
    scale is put on the query's kernel, and softmax's mean gradient is taken from the outputs of the heads.
    """

    #: What each position of the last forward pass attends to: (examples, heads, length, memory length), rows of sum 1.
    weights: Array
    #: The gradient for the memory, which `backward` leaves after cross-attention.
    memory_gradient: Array

    def __init__(self, width: int, heads: int, causal: bool = False, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self.width = width
        self.heads = heads
        #: Whether a position sees no later ones.
        self.causal = causal
        self.scale = 1.0 / math.sqrt(width // heads)
        for part in (*PROJECTIONS, "output"):
            self._add_parameter(f"{part}/kernel", (width, width))
            self._add_parameter(f"{part}/bias", (width,))
        self._kernels = np.empty((width, 3 * width), self.dtype)
        self._biases = np.empty(3 * width, self.dtype)

    def forward(self, inputs: Array, memory: Array | None = None, real: Array | None = None) -> Array:
        """Attention from the inputs to the inputs, or to a memory.

        Args:
            inputs: (examples, length, width).
            memory: (examples, memory length, width); None stands for the inputs.
            real: (examples, memory length), true where there is something to attend to; None: everywhere.

        Returns:
            (examples, length, width).
        """
        self._inputs, self._memory = inputs, memory
        self._join_parameters()
        if memory is None:
            self._queries, self._keys, self._values = self._project("projected", inputs, 0, 3)
        else:
            (self._queries,) = self._project("queries", inputs, 0, 1)
            self._keys, self._values = self._project("keys_and_values", memory, 1, 3)
        return self._attend(self._queries, self._keys, self._values, real, self.causal)

    def backward(self, gradient: Array) -> Array:
        """With the weights A and each head's outputs O = A · V: ∂scores = A ∘ (∂O · Vᵀ − row sums of ∂O ∘ O).

        Softmax's gradient is A ∘ (∂A − row sums of ∂A ∘ A), and the sums are the same (Dao et al. 2022, appendix B.2).
        """
        heads_gradient, mean_gradients = self._backward_through_output(gradient)
        memory = self._memory
        if memory is None:
            joint, (queries, keys, values) = self._gradients_of_projections("projected_gradient", self._inputs, 3)
        else:
            joint, (queries,) = self._gradients_of_projections("queries_gradient", self._inputs, 1)
            memory_joint, (keys, values) = self._gradients_of_projections("keys_and_values_gradient", memory, 2)
        np.matmul(self.weights.swapaxes(2, 3), heads_gradient, out=values)
        scores_gradient = self._buffers.take("scores_gradient", self.weights.shape)
        np.matmul(heads_gradient, self._values.swapaxes(2, 3), out=scores_gradient)
        scores_gradient -= mean_gradients
        scores_gradient *= self.weights
        np.matmul(scores_gradient, self._keys, out=queries)
        np.matmul(scores_gradient.swapaxes(2, 3), self._queries, out=keys)
        if memory is not None:
            self.memory_gradient = self._backward_through_projections("memory_gradient", memory, memory_joint, 1)
        return self._backward_through_projections("inputs_gradient", self._inputs, joint, 0)

    def room(self, sequences: int, length: int) -> KeysAndValues:
        """For self-attention step by step: no position is there yet, and `length` at most will be."""
        shape = (sequences, self.heads, length, self.width // self.heads)
        keys, values = np.zeros((2, *shape), self.dtype)
        return KeysAndValues(keys, values, np.zeros((sequences, length), bool))

    def remember(self, memory: Array, real: Array) -> KeysAndValues:
        """For cross-attention step by step: of a memory (sequences, memory length, width)."""
        self._join_parameters()
        keys, values = self._project("keys_and_values", memory, 1, 3)
        return KeysAndValues(keys.copy(), values.copy(), real)

    def attend(self, inputs: Array, kept: KeysAndValues) -> Array:
        """Attention from the inputs (sequences, 1, width) to what is kept."""
        self._join_parameters()
        (queries,) = self._project("queries", inputs, 0, 1)
        return self._attend(queries, kept.keys, kept.values, kept.real, causal=False)

    def step(self, inputs: Array, kept: KeysAndValues, position: int) -> tuple[Array, KeysAndValues]:
        """Self-attention of one more position (sequences, 1, width), whose keys and values are kept from then on.

        They are written into the arrays of `kept`.
        """
        self._join_parameters()
        queries, keys, values = self._project("projected", inputs, 0, 3)
        kept.keys[:, :, position] = keys[:, :, 0]
        kept.values[:, :, position] = values[:, :, 0]
        kept.real[:, position] = True
        seen = np.s_[:, :, : position + 1]
        return self._attend(queries, kept.keys[seen], kept.values[seen], None, causal=False), kept

    def _join_parameters(self) -> None:
        """Kernels and biases of query, key and value side by side, the query's scaled."""
        for part, columns in zip(PROJECTIONS, _blocks(3 * self.width, self.width), strict=True):
            scale = self.scale if part == "query" else 1.0
            np.multiply(self.parameters[f"{part}/kernel"], scale, out=self._kernels[:, columns])
            np.multiply(self.parameters[f"{part}/bias"], scale, out=self._biases[columns])

    def _project(self, name: str, inputs: Array, first: int, end: int) -> list[Array]:
        """Projections `first` to `end` of inputs (examples, length, width), each (examples, heads, length, size)."""
        columns = slice(first * self.width, end * self.width)
        joint = self._buffers.take(name, (*inputs.shape[:2], (end - first) * self.width))
        rows = _rows(joint)
        np.matmul(_rows(inputs), self._kernels[:, columns], out=rows)
        rows += self._biases[columns]
        return self._by_head(joint)

    def _by_head(self, joint: Array) -> list[Array]:
        """Views (examples, heads, length, size) of projections that lie side by side: (examples, length, n · width)."""
        examples, length, columns = joint.shape
        parts = joint.reshape(examples, length, columns // self.width, self.heads, -1).transpose(2, 0, 3, 1, 4)
        return list(parts)

    def _attend(self, queries: Array, keys: Array, values: Array, real: Array | None, causal: bool) -> Array:
        examples, heads, length, _ = queries.shape
        scores = self._buffers.take("scores", (examples, heads, length, keys.shape[2]))
        np.matmul(queries, keys.swapaxes(2, 3), out=scores)
        if causal:
            scores += _hidden(np.tri(length, dtype=bool), self.dtype)
        if real is not None:
            scores += _hidden(real, self.dtype)[:, np.newaxis, np.newaxis]
        self.weights = self._softmax(scores)
        self._context = self._buffers.take("context", (examples, length, self.width))
        (outputs_of_heads,) = self._by_head(self._context)
        np.matmul(self.weights, values, out=outputs_of_heads)
        outputs = self._buffers.take("outputs", self._context.shape)
        np.matmul(_rows(self._context), self.parameters["output/kernel"], out=_rows(outputs))
        outputs += self.parameters["output/bias"]
        return outputs

    def _softmax(self, scores: Array) -> Array:
        """Over the last axis, in place."""
        largest = self._buffers.take("largest", (*scores.shape[:-1], 1))
        np.max(scores, axis=-1, keepdims=True, out=largest)
        scores -= largest
        np.exp(scores, out=scores)
        totals = sum_of_features(_rows(scores), out=largest.reshape(-1))
        np.reciprocal(totals, out=totals)
        scores *= largest
        return scores

    def _backward_through_output(self, gradient: Array) -> tuple[Array, Array]:
        """The gradient for the heads' outputs, by head, and its product with these, summed over each head's size."""
        rows = _rows(gradient)
        np.matmul(_rows(self._context).T, rows, out=self.gradients["output/kernel"])
        sum_of_rows(rows, out=self.gradients["output/bias"])
        context_gradient = self._buffers.take("context_gradient", self._context.shape)
        np.matmul(rows, self.parameters["output/kernel"].T, out=_rows(context_gradient))
        product = np.multiply(context_gradient, self._context, out=self._buffers.take("product", self._context.shape))
        sums = sum_of_features(product.reshape(-1, self.width // self.heads))
        (heads_gradient,) = self._by_head(context_gradient)
        return heads_gradient, sums.reshape(*product.shape[:2], self.heads, 1).transpose(0, 2, 1, 3)

    def _gradients_of_projections(self, name: str, inputs: Array, count: int) -> tuple[Array, list[Array]]:
        """A buffer (examples, length, count · width), and its parts by head."""
        joint = self._buffers.take(name, (*inputs.shape[:2], count * self.width))
        return joint, self._by_head(joint)

    def _backward_through_projections(self, name: str, inputs: Array, joint: Array, first: int) -> Array:
        """Set the gradients of the projections from `first` on, and return that of their inputs."""
        rows, columns = _rows(joint), slice(first * self.width, first * self.width + joint.shape[2])
        for part, third in zip(PROJECTIONS[first:], _blocks(joint.shape[2], self.width), strict=False):
            kernel, bias = self.gradients[f"{part}/kernel"], self.gradients[f"{part}/bias"]
            np.matmul(_rows(inputs).T, rows[:, third], out=kernel)
            sum_of_rows(rows[:, third], out=bias)
            if part == "query":
                kernel *= self.scale
                bias *= self.scale
        inputs_gradient = self._buffers.take(name, inputs.shape)
        np.matmul(rows, self._kernels[:, columns].T, out=_rows(inputs_gradient))
        return inputs_gradient


def _blocks(columns: int, width: int) -> list[slice]:
    """The columns of each of the projections that lie side by side."""
    return [slice(start, start + width) for start in range(0, columns, width)]


def _rows(array: Array) -> Array:
    """As a matrix of its last axis: a view, for the arrays here are contiguous."""
    return array.reshape(-1, array.shape[-1])


def _hidden(visible: Array, dtype: npt.DTypeLike) -> Array:
    """What is added to scores: 0 where something is visible, −∞ where not, which gives a weight of exactly 0."""
    return np.where(visible, 0.0, -np.inf).astype(dtype)

"""The embedding: a table with a row of features for each token (Bengio et al. 2003)."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer

#: Up to this many tokens, a product with one-hot rows sums faster than sorting does.
ONE_HOT_TOKENS = 64


class Embedding(Layer):
    """outputs[n, t] = embeddings[tokens[n, t]], from whole numbers (examples, length) to (examples, length, width).

    Parameters: embeddings (tokens, width). Its gradient's rows are the sums over the places where their token stood.
    """

    def __init__(self, tokens: int, width: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self._add_parameter("embeddings", (tokens, width))

    def forward(self, inputs: Array) -> Array:
        self._tokens = inputs
        embeddings = self.parameters["embeddings"]
        outputs = self._buffers.take("outputs", (*inputs.shape, embeddings.shape[1]))
        # The tokens are known to be in range; to check them again ("raise") would go through a copy.
        return np.take(embeddings, inputs, axis=0, out=outputs, mode="clip")

    def backward(self, gradient: Array) -> Array:  # noqa: ARG002 (it leads nowhere)
        """There is no gradient for whole numbers: call `backward_to_parameters`."""
        raise TypeError("an embedding's inputs are whole numbers, which have no gradient")

    def backward_to_parameters(self, gradient: Array) -> None:
        total = self.gradients["embeddings"]
        rows = gradient.reshape(-1, total.shape[1])
        if len(total) <= ONE_HOT_TOKENS:
            np.matmul(self._one_hot(self._tokens.ravel()), rows, out=total)
        else:
            _sum_by_token(self._tokens.ravel(), rows, out=total)

    def _one_hot(self, tokens: Array) -> Array:
        """(vocabulary, len(tokens)): 1 where a token is, else 0."""
        one_hot = self._buffers.take("one_hot", (len(self.parameters["embeddings"]), len(tokens)))
        one_hot[...] = 0.0
        one_hot[tokens, np.arange(len(tokens))] = 1.0
        return one_hot


def _sum_by_token(tokens: Array, rows: Array, out: Array) -> None:
    """out[token] = sum of the rows that belong to it; equal tokens are brought side by side for that."""
    order = np.argsort(tokens, kind="stable")
    distinct, starts = np.unique(tokens[order], return_index=True)
    out[...] = 0.0
    out[distinct] = np.add.reduceat(rows[order], starts, axis=0)

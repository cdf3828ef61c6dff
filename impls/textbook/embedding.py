"""The embedding: a table with a row of features for each token (Bengio et al. 2003; chapter 12.4 of the book)."""

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer


class Embedding(Layer):
    """y[n, t] = E[token[n, t]], from whole numbers (examples, length) to (examples, length, width).

    ∂L/∂E[k] = Σ dy over the places where token k stood; whole numbers have no gradient.
    """

    def forward(self, tokens: Array) -> Array:
        self.tokens = tokens
        y: Array = self.parameters["embeddings"][tokens]
        return y

    def backward(self, dy: Array) -> None:
        gradient = np.zeros_like(self.parameters["embeddings"])
        np.add.at(gradient, self.tokens, dy)
        self.gradients["embeddings"] = gradient

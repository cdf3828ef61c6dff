"""Where a token stands, added to what it is (Vaswani et al. 2017, sections 3.4 and 3.5)."""

import math

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer


class Positions(Layer):
    """y[n, t] = √width · x[n, t] + P[t], for x (examples, positions, width).

    P is a parameter, `embeddings` (length, width), or else as `sinusoids` has it.
    """

    def __init__(self, learned: bool) -> None:
        super().__init__()
        self.learned = learned

    def forward(self, x: Array) -> Array:
        _, length, width = x.shape
        table = self.parameters["embeddings"] if self.learned else sinusoids(length, width).astype(x.dtype)
        y: Array = math.sqrt(width) * x + table[:length]
        return y

    def backward(self, dy: Array) -> Array:
        _, length, width = dy.shape
        if self.learned:
            self.gradients["embeddings"] = np.zeros_like(self.parameters["embeddings"])
            self.gradients["embeddings"][:length] = dy.sum(axis=0)
        return math.sqrt(width) * dy


def sinusoids(length: int, width: int) -> Array:
    """P[p, 2i] = sin(p / 10000^(2i / width)) and P[p, 2i + 1] = cos of the same."""
    p, i = np.arange(length)[:, np.newaxis], np.arange(width // 2)
    angles = p / 10000 ** (2 * i / width)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width)

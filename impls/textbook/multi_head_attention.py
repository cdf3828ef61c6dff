"""Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2)."""

import math

import numpy as np

from impls.protocol import Array
from impls.textbook.activations import softmax, softmax_backward
from impls.textbook.dense import affine, affine_backward
from impls.textbook.layer import Layer


class MultiHeadAttention(Layer):
    """y = concat over heads of softmax(Q·Kᵀ / √(head size))·V, times the output kernel, plus its bias.

    Q comes from x (examples, length, width), K and V from a memory (examples, memory length, width), which is x itself
    in self-attention. Only positions that are `real` (examples, memory length) are attended to; causal: no later ones.
    """

    def __init__(self, heads: int, causal: bool = False) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal

    def forward(self, x: Array, memory: Array, real: Array) -> Array:
        self.given = {"query": x, "key": memory, "value": memory}
        self.q, self.k, self.v = (split(self.project(part, given), self.heads) for part, given in self.given.items())
        scores = self.q @ self.k.swapaxes(2, 3) / math.sqrt(self.q.shape[3])
        visible = real[:, np.newaxis, np.newaxis]
        visible = visible & np.tri(x.shape[1], memory.shape[1], dtype=bool) if self.causal else visible
        self.weights = softmax(np.where(visible, scores, -np.inf))
        self.given["output"] = join(self.weights @ self.v)
        return self.project("output", self.given["output"])

    def backward(self, dy: Array) -> tuple[Array, Array]:
        """The gradients for x and for the memory; in self-attention their sum is that for x."""
        dcontext = split(self.project_back("output", dy), self.heads)
        dscores = softmax_backward(self.weights, dcontext @ self.v.swapaxes(2, 3)) / math.sqrt(self.q.shape[3])
        dx = self.project_back("query", join(dscores @ self.k))
        dmemory = self.project_back("key", join(dscores.swapaxes(2, 3) @ self.q))
        return dx, dmemory + self.project_back("value", join(self.weights.swapaxes(2, 3) @ dcontext))

    def project(self, part: str, x: Array) -> Array:
        return affine(x, self.parameters[f"{part}/kernel"], self.parameters[f"{part}/bias"])

    def project_back(self, part: str, dy: Array) -> Array:
        dx, self.gradients[f"{part}/kernel"], self.gradients[f"{part}/bias"] = affine_backward(
            self.given[part], self.parameters[f"{part}/kernel"], dy
        )
        return dx


def split(x: Array, heads: int) -> Array:
    """(examples, length, width) to (examples, heads, length, width / heads)."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def join(x: Array) -> Array:
    """Back from `split`."""
    return x.swapaxes(1, 2).reshape(len(x), x.shape[2], -1)

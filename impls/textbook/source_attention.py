"""Attention over a source: additive (Bahdanau et al. 2015) and multiplicative (Luong et al. 2015)."""

from typing import Literal

import numpy as np

from impls.protocol import Array
from impls.textbook.activations import softmax, softmax_backward
from impls.textbook.layer import Layer


class ScoreAttention(Layer):
    """contextₜ = Σₛ αₜₛ·memoryₛ, with α the softmax of scores over the real positions s; a subclass has the score.

    From queries (examples, target length, units) and a memory (examples, source length, units).
    """

    def forward(self, queries: Array, memory: Array, real: Array) -> Array:
        """`real` (examples, source length) is true where there is something to attend to."""
        self.queries, self.memory = queries, memory
        self.weights = softmax(np.where(real[:, np.newaxis], self.scores(queries, memory), -np.inf))
        context: Array = self.weights @ memory
        return context

    def backward(self, dcontext: Array) -> tuple[Array, Array]:
        """The gradients for the queries and for the memory."""
        dscores = softmax_backward(self.weights, dcontext @ self.memory.swapaxes(1, 2))
        dqueries, dmemory = self.scores_backward(dscores)
        return dqueries, dmemory + self.weights.swapaxes(1, 2) @ dcontext

    def scores(self, queries: Array, memory: Array) -> Array:
        """(examples, target length, source length)."""
        raise NotImplementedError

    def scores_backward(self, dscores: Array) -> tuple[Array, Array]:
        raise NotImplementedError


class MultiplicativeAttention(ScoreAttention):
    """scoreₜₛ = qₜ · (kₛ·U) (Luong et al. 2015, equation 8, "general"), with q the queries and k the memory."""

    def scores(self, queries: Array, memory: Array) -> Array:
        scores: Array = queries @ (memory @ self.parameters["key/kernel"]).swapaxes(1, 2)
        return scores

    def scores_backward(self, dscores: Array) -> tuple[Array, Array]:
        kernel = self.parameters["key/kernel"]
        dkeys = dscores.swapaxes(1, 2) @ self.queries
        self.gradients["key/kernel"] = np.tensordot(self.memory, dkeys, axes=([0, 1], [0, 1]))
        return dscores @ (self.memory @ kernel), dkeys @ kernel.T


class AdditiveAttention(ScoreAttention):
    """scoreₜₛ = v · tanh(qₜ·W + kₛ·U) (Bahdanau et al. 2015, appendix A.1.2), with q the queries and k the memory."""

    def scores(self, queries: Array, memory: Array) -> Array:
        from_queries = queries @ self.parameters["query/kernel"]
        from_memory = memory @ self.parameters["key/kernel"]
        self.tanhs = np.tanh(from_queries[:, :, np.newaxis] + from_memory[:, np.newaxis])
        scores: Array = (self.tanhs @ self.parameters["score/kernel"])[..., 0]
        return scores

    def scores_backward(self, dscores: Array) -> tuple[Array, Array]:
        dsums = dscores[..., np.newaxis] * self.parameters["score/kernel"][:, 0] * (1 - self.tanhs**2)
        dprojected, dkeys = dsums.sum(axis=2), dsums.sum(axis=1)
        self.gradients["score/kernel"] = np.einsum("nts,ntsu->u", dscores, self.tanhs)[:, np.newaxis]
        self.gradients["query/kernel"] = np.tensordot(self.queries, dprojected, axes=([0, 1], [0, 1]))
        self.gradients["key/kernel"] = np.tensordot(self.memory, dkeys, axes=([0, 1], [0, 1]))
        return dprojected @ self.parameters["query/kernel"].T, dkeys @ self.parameters["key/kernel"].T


ATTENTIONS: dict[Literal["additive", "multiplicative"], type[ScoreAttention]] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}

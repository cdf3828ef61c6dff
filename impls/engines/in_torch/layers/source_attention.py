"""Attention by scores: additive (Bahdanau et al. 2015) and multiplicative (Luong et al. 2015)."""

from abc import abstractmethod
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn


class Memory(NamedTuple):
    """What a decoder attends to, with its keys, which are computed once for all queries."""

    #: (examples, source length, units).
    values: Tensor
    #: (examples, source length), true where there is something to attend to.
    real: Tensor
    #: The values times the key's kernel, of the same shape.
    keys: Tensor


class ScoreAttention(nn.Module):
    """context = Σₛ weightₛ · memoryₛ, the weights being the softmax of scores over the real positions of a memory.

    From queries (examples, target length, units) to contexts of the same shape; a subclass has the score.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.key = nn.Linear(units, units, bias=False)

    def remember(self, values: Tensor, real: Tensor) -> Memory:
        """What any number of queries attends to: `Memory` describes the arguments."""
        return Memory(values, real, self.key(values))

    def forward(self, inputs: Tensor, values: Tensor, real: Tensor, keys: Tensor) -> Tensor:
        """Contexts for the queries `inputs` (examples, target length, units); the rest is what `remember` gave."""
        scores = self._scores(inputs, keys).masked_fill(~real.unsqueeze(1), float("-inf"))
        return torch.bmm(scores.softmax(2), values)

    @abstractmethod
    def _scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """(examples, target length, source length)."""


class MultiplicativeAttention(ScoreAttention):
    """score = q · (k·U) (Luong et al. 2015, equation 8, "general")."""

    def _scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        return torch.bmm(queries, keys.transpose(1, 2))


class AdditiveAttention(ScoreAttention):
    """score = v · tanh(q·W + k·U) (Bahdanau et al. 2015, appendix A.1.2)."""

    def __init__(self, units: int) -> None:
        super().__init__(units)
        self.query = nn.Linear(units, units, bias=False)
        self.score = nn.Linear(units, 1, bias=False)

    def _scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        sums = self.query(queries).unsqueeze(2) + keys.unsqueeze(1)
        scores: Tensor = self.score(torch.tanh(sums)).squeeze(3)
        return scores


ATTENTIONS: dict[Literal["additive", "multiplicative"], type[ScoreAttention]] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}

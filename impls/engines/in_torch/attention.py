"""Attention: with heads (Vaswani et al. 2017), additive (Bahdanau et al. 2015), multiplicative (Luong et al. 2015).

Masks are True where there is something to attend to.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it


@dataclass
class KeysAndValues:
    """What a decoder's attention has to look at: kept, so that no step works it out again."""

    #: (sequences, heads, positions, head size), both; filled up to `length`.
    keys: Tensor
    values: Tensor
    #: Positions that are there so far.
    length: int
    #: Whether each step adds a position, as in self-attention; a source is there from the beginning.
    grows: bool
    #: (sequences, 1, 1, positions), True where a source has no padding.
    real: Tensor | None = None

    def append(self, keys: Tensor, values: Tensor) -> None:
        """One more position: (sequences, heads, 1, head size), both."""
        self.keys[:, :, self.length] = keys[:, :, 0]
        self.values[:, :, self.length] = values[:, :, 0]
        self.length += 1

    def reorder(self, sequences: Tensor) -> None:
        """Go on with these of the sequences."""
        self.keys, self.values = self.keys[sequences], self.values[sequences]
        self.real = None if self.real is None else self.real[sequences]


class MultiHeadAttention(nn.Module):
    """outputs = concat over heads of softmax(Q · Kᵀ / √(head size)) · V, times the output kernel, plus its bias.

    From (examples, length, width) to the same; Q from the inputs, K and V from them too (self-attention) or from a
    memory (examples, memory length, width). A head is a block of width / heads columns. PyTorch's fused kernels are
    behind it, on a CPU that of flash attention (Dao et al. 2022).

    Args:
        width: features at each position.
        heads: a divisor of it.
        causal: whether a position sees no later ones.
    """

    def __init__(self, width: int, heads: int, causal: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.causal = causal
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, inputs: Tensor, memory: Tensor | None = None, real: Tensor | None = None) -> Tensor:
        """Attention from the inputs to the inputs, or to a memory.

        Args:
            inputs: (examples, length, width).
            memory: (examples, memory length, width); None stands for the inputs.
            real: (examples, memory length), True where there is something to attend to; None if that is everywhere.

        Returns:
            (examples, length, width).
        """
        queries, (keys, values) = self._by_head(self.query(inputs)), self._project(inputs if memory is None else memory)
        return self._attend(queries, keys, values, None if real is None else real[:, None, None], self.causal)

    def empty_cache(self, sequences: int, length: int) -> KeysAndValues:
        """For self-attention over up to `length` positions, of which none is there yet."""
        width = self.query.in_features
        keys, values = self.query.weight.new_empty((2, sequences, self.heads, length, width // self.heads))
        return KeysAndValues(keys, values, length=0, grows=True)

    def cache_of(self, memory: Tensor, real: Tensor) -> KeysAndValues:
        """For cross-attention to a memory (sequences, memory length, width)."""
        keys, values = self._project(memory)
        return KeysAndValues(keys, values, memory.shape[1], grows=False, real=real[:, None, None])

    def step(self, inputs: Tensor, cache: KeysAndValues) -> Tensor:
        """Attention of one more position (sequences, 1, width), which self-attention adds to the cache first."""
        if cache.grows:
            cache.append(*self._project(inputs))
        keys, values = cache.keys[:, :, : cache.length], cache.values[:, :, : cache.length]
        return self._attend(self._by_head(self.query(inputs)), keys, values, cache.real, causal=False)

    def _project(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        return self._by_head(self.key(memory)), self._by_head(self.value(memory))

    def _by_head(self, projected: Tensor) -> Tensor:
        """(examples, length, width) as (examples, heads, length, head size): a view."""
        examples, length, width = projected.shape
        return projected.view(examples, length, self.heads, width // self.heads).transpose(1, 2)

    def _attend(self, queries: Tensor, keys: Tensor, values: Tensor, real: Tensor | None, causal: bool) -> Tensor:
        context = F.scaled_dot_product_attention(queries, keys, values, attn_mask=real, is_causal=causal)
        outputs: Tensor = self.output(context.transpose(1, 2).flatten(2))
        return outputs


class AdditiveAttention(nn.Module):
    """Contexts for a decoder's outputs q: of a memory k the sum, weighted by softmax(v · tanh(q·W + k·U)).

    From q (examples, length, units) and k (examples, memory length, units) to (examples, length, units).
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.query = nn.Linear(units, units, bias=False)
        self.key = nn.Linear(units, units, bias=False)
        self.score = nn.Linear(units, 1, bias=False)

    def forward(self, queries: Tensor, memory: Tensor, keys: Tensor, real: Tensor) -> Tensor:
        """`keys` are `key` of the memory, worked out once; `real` (examples, memory length) says what has a weight."""
        sums = self.query(queries).unsqueeze(2) + keys.unsqueeze(1)
        scores = self.score(torch.tanh(sums)).squeeze(3)
        weights = scores.masked_fill(~real.unsqueeze(1), float("-inf")).softmax(2)
        return torch.bmm(weights, memory)


class MultiplicativeAttention(nn.Module):
    """As `AdditiveAttention`, with the scores q · (k·U), Luong's "general"."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.key = nn.Linear(units, units, bias=False)

    def forward(self, queries: Tensor, memory: Tensor, keys: Tensor, real: Tensor) -> Tensor:
        """As `AdditiveAttention.forward`."""
        scores = torch.bmm(queries, keys.transpose(1, 2))
        weights = scores.masked_fill(~real.unsqueeze(1), float("-inf")).softmax(2)
        return torch.bmm(weights, memory)


ATTENTIONS: dict[str, type[AdditiveAttention] | type[MultiplicativeAttention]] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
}

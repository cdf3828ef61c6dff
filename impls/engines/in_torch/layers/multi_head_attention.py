"""Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2), and step by step."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it


class KeysAndValues(NamedTuple):
    """What a decoder's attention looks at, kept so that no step computes it again."""

    #: (sequences, heads, positions, head size), both.
    keys: Tensor
    values: Tensor
    #: (sequences, positions), true where there is something to attend to.
    real: Tensor


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
            real: (examples, memory length), true where there is something to attend to; None: everywhere.

        Returns:
            (examples, length, width).
        """
        queries, (keys, values) = self._by_head(self.query(inputs)), self._project(inputs if memory is None else memory)
        return self._attend(queries, keys, values, real, self.causal)

    def room(self, sequences: int, length: int) -> KeysAndValues:
        """For self-attention step by step: no position is there yet, and `length` at most will be."""
        width, like = self.query.in_features, self.query.weight
        keys, values = like.new_zeros((2, sequences, self.heads, length, width // self.heads))
        return KeysAndValues(keys, values, like.new_zeros((sequences, length), dtype=torch.bool))

    def remember(self, memory: Tensor, real: Tensor) -> KeysAndValues:
        """For cross-attention step by step: of a memory (sequences, memory length, width)."""
        return KeysAndValues(*self._project(memory), real)

    def attend(self, inputs: Tensor, kept: KeysAndValues) -> Tensor:
        """Attention from the inputs (sequences, 1, width) to what is kept."""
        return self._attend(self._by_head(self.query(inputs)), kept.keys, kept.values, kept.real, causal=False)

    def step(self, inputs: Tensor, kept: KeysAndValues, position: int) -> tuple[Tensor, KeysAndValues]:
        """Self-attention of one more position (sequences, 1, width), whose keys and values are kept from then on.

        They are written into the tensors of `kept`.
        """
        keys, values = self._project(inputs)
        kept.keys[:, :, position] = keys[:, :, 0]
        kept.values[:, :, position] = values[:, :, 0]
        kept.real[:, position] = True
        keys, values = kept.keys[:, :, : position + 1], kept.values[:, :, : position + 1]
        return self._attend(self._by_head(self.query(inputs)), keys, values, None, causal=False), kept

    def _project(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        return self._by_head(self.key(memory)), self._by_head(self.value(memory))

    def _by_head(self, projected: Tensor) -> Tensor:
        """(examples, length, width) as (examples, heads, length, head size): a view."""
        examples, length, width = projected.shape
        return projected.view(examples, length, self.heads, width // self.heads).transpose(1, 2)

    def _attend(self, queries: Tensor, keys: Tensor, values: Tensor, real: Tensor | None, causal: bool) -> Tensor:
        mask = None if real is None else real[:, None, None]
        context = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, is_causal=causal)
        outputs: Tensor = self.output(context.transpose(1, 2).flatten(2))
        return outputs

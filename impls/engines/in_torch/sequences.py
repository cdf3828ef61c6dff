"""Sequences of different lengths in one batch: where padding is, how to turn them round, and their mean."""

import torch
from torch import Tensor, nn

from impls.spec.tokens import PADDING


def lengths_of(tokens: Tensor) -> Tensor:
    """How many tokens each sequence (examples, length) has before its padding."""
    return (tokens != PADDING).sum(1)


def real_positions(lengths: Tensor, length: int) -> Tensor:
    """(examples, length), True where there is no padding."""
    return torch.arange(length, device=lengths.device) < lengths.unsqueeze(1)


def reversal(lengths: Tensor, length: int) -> Tensor:
    """Positions (examples, length) in reverse: the last real one first, padding where it is. It is its own inverse."""
    positions = torch.arange(length, device=lengths.device)
    mirrored = lengths.unsqueeze(1) - 1 - positions
    return torch.where(mirrored < 0, positions, mirrored)


def take_positions(sequences: Tensor, positions: Tensor) -> Tensor:
    """(examples, length, features) at the given positions (examples, chosen) of each example."""
    return sequences.gather(1, positions.unsqueeze(2).expand(-1, -1, sequences.shape[2]))


class MeanPooling(nn.Module):
    """The mean over each sequence's real positions, from (examples, length, features) to (examples, features)."""

    def forward(self, inputs: Tensor, lengths: Tensor | None = None) -> Tensor:
        """`lengths` (examples,) says how many positions are real; None: all of them."""
        if lengths is None:
            return inputs.mean(1)
        real = real_positions(lengths, inputs.shape[1])
        shares = real.to(inputs.dtype) / lengths.unsqueeze(1)
        return torch.bmm(shares.unsqueeze(1), inputs).squeeze(1)

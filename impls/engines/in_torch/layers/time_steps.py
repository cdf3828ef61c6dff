"""Sequences of different lengths in one batch: how to turn them round, and how to pick positions."""

import torch
from torch import Tensor


def reversal(lengths: Tensor, length: int) -> Tensor:
    """Positions (examples, length) in reverse: the last real one first, padding where it is. It is its own inverse."""
    positions = torch.arange(length, device=lengths.device)
    mirrored = lengths.unsqueeze(1) - 1 - positions
    return torch.where(mirrored < 0, positions, mirrored)


def take_positions(sequences: Tensor, positions: Tensor) -> Tensor:
    """(examples, length, features) at the given positions (examples, chosen) of each example."""
    return sequences.gather(1, positions.unsqueeze(2).expand(-1, -1, sequences.shape[2]))

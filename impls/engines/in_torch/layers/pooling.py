"""Pooling of images, and of sequences."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

POOLINGS: dict[str, Callable[[tuple[int, int]], nn.Module]] = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}


class MeanPooling(nn.Module):
    """The mean over each sequence's real positions, from (examples, length, features) to (examples, features)."""

    def forward(self, inputs: Tensor, real: Tensor | None = None) -> Tensor:
        """`real` (examples, length) is true where a position is real; None: everywhere."""
        if real is None:
            return inputs.mean(1)
        shares = real.to(inputs.dtype) / real.sum(1, keepdim=True)
        return torch.bmm(shares.unsqueeze(1), inputs).squeeze(1)

"""Where a token stands, added to what it is (Vaswani et al. 2017, sections 3.4 and 3.5)."""

import math

import torch
from torch import Tensor, nn

#: The longest wavelength is this times 2π.
BASE = 10000.0


class Positions(nn.Module):
    """outputs[n, t] = √width · inputs[n, t] + weight[t], for inputs (examples, positions, width).

    Learned positions are a parameter; sinusoidal ones are as `sinusoids` has them.
    """

    weight: Tensor

    def __init__(self, length: int, width: int, learned: bool) -> None:
        super().__init__()
        self.scale = math.sqrt(width)
        self.learned = learned
        if learned:
            self.weight = nn.Parameter(torch.empty(length, width))
        else:
            self.register_buffer("weight", torch.empty(length, width))

    @torch.no_grad()
    def fill_constants(self) -> None:
        """Set what is no parameter of the contract, once there is memory for it."""
        if not self.learned:
            self.weight.copy_(sinusoids(*self.weight.shape))

    def forward(self, inputs: Tensor, start: int = 0) -> Tensor:
        """The inputs' first position is number `start`."""
        return torch.add(self.weight[start : start + inputs.shape[1]], inputs, alpha=self.scale)


def sinusoids(length: int, width: int) -> Tensor:
    """sin(p / 10000^(2i / width)) in column 2i and cos of the same in column 2i + 1: (length, width), float64."""
    wavelengths = torch.pow(BASE, torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(length).unsqueeze(1) / wavelengths
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)

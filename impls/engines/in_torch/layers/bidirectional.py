"""Recurrent layers that read their sequences in one direction or in both (Schuster & Paliwal 1997)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from impls.engines.in_torch.layers.recurrent import RecurrentLayer, State


class Directions:
    """One recurrent layer, or two that read the sequences from either end: outputs and states side by side.

    The layers are the network's own, for their parameters have a name each; the forward one comes first.
    """

    def __init__(self, layers: Sequence[RecurrentLayer]) -> None:
        self.layers = layers

    def forward(self, inputs: Tensor, real: Tensor | None = None, start: State | None = None) -> tuple[Tensor, State]:
        """As `RecurrentLayer.forward`; there is a `start` for one direction alone."""
        outputs, finals = zip(*(layer(inputs, real, start) for layer in self.layers), strict=True)
        if len(self.layers) == 1:
            return outputs[0], finals[0]
        return torch.cat(outputs, -1), tuple(torch.cat(parts, -1) for parts in zip(*finals, strict=True))

    def initial_state(self, examples: int) -> State:
        """As `RecurrentLayer.initial_state`."""
        states = [layer.initial_state(examples) for layer in self.layers]
        return tuple(torch.cat(parts, -1) for parts in zip(*states, strict=True))

"""What every network in PyTorch has."""

from typing import TypeVar

from torch import nn

from impls.engines.in_torch.layers.dropout import Dropout

Module = TypeVar("Module", bound=nn.Module)


class Network(nn.Module):
    """Base of the networks whose layers are no mere chain.

    A network over tokens whose architecture `decodes` has two methods more, `begin` and `step`, described by
    `impls.engines.decoding.DecodingNetwork`.
    """

    def add(self, name: str, layer: Module) -> Module:
        """Make the layer one of the network, under this name, which the architecture's parameters have."""
        self.add_module(name, layer)
        return layer

    def add_dropout(self, name: str, rate: float) -> Dropout | nn.Identity:
        """Dropout under this name; at rate 0 none is added, and what is returned changes nothing."""
        return self.add(name, Dropout(rate)) if rate else nn.Identity()

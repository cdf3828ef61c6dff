"""The shallow network in PyTorch."""

from torch import nn


class Network(nn.Sequential):
    """Dense, tanh, dense."""

    def __init__(self, architecture) -> None:
        super().__init__()
        self.add_module("hidden", nn.Linear(architecture.inputs, architecture.units))
        self.add_module("activation_0", nn.Tanh())
        self.add_module("output", nn.Linear(architecture.units, architecture.outputs))

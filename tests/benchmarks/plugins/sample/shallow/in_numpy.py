"""The shallow network in NumPy."""

from impls.scratch.activations import ACTIVATIONS
from impls.scratch.dense import Dense
from impls.scratch.sequential import Sequential


class Network(Sequential):
    """Dense, tanh, dense."""

    def __init__(self, architecture, dtype, generator) -> None:
        super().__init__(dtype, generator)
        self.add("hidden", Dense(architecture.inputs, architecture.units, dtype))
        self.add("activation_0", ACTIVATIONS["tanh"](dtype))
        self.add("output", Dense(architecture.units, architecture.outputs, dtype))

"""What every network has: named layers, a way forward, and the chain rule back through them (section 6.5)."""

from typing import Any, TypeVar

import numpy as np

from impls.protocol import Array
from impls.textbook.dropout import Dropout
from impls.textbook.layer import Identity, Layer

LayerType = TypeVar("LayerType", bound=Layer)


class Network:
    """Base of the networks: a subclass adds its layers and writes the way through them, there and back."""

    def __init__(self, architecture: Any, generator: np.random.Generator) -> None:
        self.architecture = architecture
        self.generator = generator
        #: By the names that the architecture's parameters have.
        self.layers: dict[str, Layer] = {}

    def add(self, name: str, layer: LayerType) -> LayerType:
        """Make the layer one of the network, under this name."""
        self.layers[name] = layer
        return layer

    def add_dropout(self, name: str, rate: float) -> Dropout | Identity:
        """Dropout under this name; at rate 0 none is added, and what is returned changes nothing."""
        return self.add(name, Dropout(rate, self.generator)) if rate else Identity()

    def forward(self, inputs: Array) -> Array:
        """The network's outputs: here, each layer's outputs are the next one's inputs."""
        for layer in self.layers.values():
            inputs = layer(inputs)
        return inputs

    def backward(self, gradient: Array) -> None:
        """From ∂L/∂outputs to every layer's `gradients`: here, a layer's dx is the dy of the one before it."""
        for layer in reversed(self.layers.values()):
            gradient = layer.backward(gradient)

    def set_training(self, training: bool) -> None:
        """Switch dropout and batch statistics on or off."""
        for layer in self.layers.values():
            layer.training = training

    def parameter(self, name: str) -> Array:
        """The parameter of that name, `layer/kind`."""
        layer, kind = name.split("/", 1)
        return self.layers[layer].parameters[kind]

    def gradient(self, name: str) -> Array:
        """The gradient of that parameter, of the last way back."""
        layer, kind = name.split("/", 1)
        return self.layers[layer].gradients[kind]

"""What every network has: named layers, a way forward and a way backward through them."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from impls.errors import ArchitectureError
from impls.protocol import Array
from impls.scratch.dropout import Dropout
from impls.scratch.layer import Identity, Layer

LayerType = TypeVar("LayerType", bound=Layer)


class Network(ABC):
    """Base of the networks: a subclass adds its layers and writes the way through them, there and back.

    A network over tokens whose architecture `decodes` has two methods more, `begin` and `step`, described by
    `impls.engines.decoding.DecodingNetwork`.
    """

    def __init__(self, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        self.dtype = dtype
        self.generator = generator
        #: By the names that the architecture's parameters have.
        self.layers: dict[str, Layer] = {}

    def add(self, name: str, layer: LayerType) -> LayerType:
        """Make the layer one of the network, under this name."""
        self.layers[name] = layer
        return layer

    def add_dropout(self, name: str, rate: float) -> Dropout | Identity:
        """Dropout under this name; at rate 0 none is added, and what is returned changes nothing."""
        return self.add(name, Dropout(rate, self.generator, self.dtype)) if rate else Identity(self.dtype)

    def __call__(self, inputs: Array, training: bool = False) -> Array:
        """The outputs, which the next call overwrites; `training` switches dropout and batch statistics on."""
        self.set_training(training)
        return self.forward(inputs)

    @abstractmethod
    def forward(self, inputs: Array) -> Array:
        """The outputs, with the layers in the mode in which they are."""

    @abstractmethod
    def backward(self, gradient: Array) -> None:
        """Set every layer's `gradients` from the loss's gradient for the outputs of the last forward pass in training.

        No gradient for the network's inputs is computed.
        """

    def attention_weights(self, inputs: Array) -> Array:  # noqa: ARG002 (a network with attention looks at them)
        """What each target position attends to in the source (examples, target length, source length).

        Raises:
            ArchitectureError: the network attends to no source.
        """
        raise ArchitectureError("this network attends to no source; ask an encoder-decoder with attention")

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        """Copies of every layer's outputs (of a recurrent layer without its last state), by name, in forward order."""
        outputs: dict[str, Array] = {}

        def keep(name: str, output: Any) -> None:
            outputs[name] = (output[0] if isinstance(output, tuple) else output).copy()

        for name, layer in self.layers.items():
            layer.observer = lambda output, name=name: keep(name, output)
        try:
            self(inputs, training)
        finally:
            for layer in self.layers.values():
                layer.observer = None
        return outputs

    def set_training(self, training: bool) -> None:
        """Put all layers into this mode."""
        for layer in self.layers.values():
            layer.training = training

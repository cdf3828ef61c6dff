"""What every network has: named layers, a way forward and a way backward through them."""

from abc import ABC, abstractmethod
from typing import Any

from impls.errors import ArchitectureError
from impls.protocol import Array, Decoder
from impls.scratch.layer import Layer


class Network(ABC):
    """Base of the networks: a subclass adds its layers and writes the way through them, there and back.

    On the way forward it calls layers by `run`, so that a look inside (`layer_outputs`) sees what each of them gave.
    """

    def __init__(self) -> None:
        #: In forward order; the names are the architecture's.
        self.layers: dict[str, Layer] = {}
        self._seen: dict[str, Array] | None = None

    def add(self, name: str, layer: Layer) -> None:
        """Append the layer."""
        self.layers[name] = layer

    @abstractmethod
    def forward(self, inputs: Array, training: bool = False) -> Array:
        """The outputs, which the next call overwrites; `training` switches dropout and batch statistics on."""

    @abstractmethod
    def backward(self, gradient: Array) -> None:
        """Set every layer's `gradients` from the loss's gradient for the outputs of the last forward pass in training.

        No gradient for the network's inputs is worked out.
        """

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:
        """A decoder that has read nothing yet (see `impls.protocol.Decodes`), where the architecture decodes."""
        raise NotImplementedError(f"{type(self).__module__} writes no sequences")

    def attention_weights(self, inputs: Array) -> Array:  # noqa: ARG002 (a network with attention looks at them)
        """What each target position attends to in the source (examples, target length, source length).

        Raises:
            ArchitectureError: the network attends to no source.
        """
        raise ArchitectureError("this network attends to no source; ask an encoder-decoder with attention")

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        """Copies of what each layer gave, by name, in forward order."""
        self._seen = {}
        try:
            self.forward(inputs, training)
            return self._seen
        finally:
            self._seen = None

    def set_training(self, training: bool) -> None:
        """Tell all layers."""
        for layer in self.layers.values():
            layer.training = training

    def run(self, name: str, *inputs: Any, **settings: Any) -> Array:
        """The layer's outputs."""
        outputs = self.layers[name].forward(*inputs, **settings)
        if self._seen is not None:
            self._seen[name] = outputs.copy()
        return outputs

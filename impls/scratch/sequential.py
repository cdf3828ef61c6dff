"""Layers one after the other: the chain rule."""

from impls.protocol import Array
from impls.scratch.layer import Layer


class Sequential:
    """A chain of named layers; each is also an attribute."""

    def __init__(self) -> None:
        #: In forward order.
        self.layers: dict[str, Layer] = {}

    def add(self, name: str, layer: Layer) -> None:
        """Append the layer, and make it the attribute `name`."""
        self.layers[name] = layer
        setattr(self, name, layer)

    def forward(self, inputs: Array, training: bool = False) -> Array:
        """The last layer's outputs, which its next call overwrites."""
        outputs = inputs
        for layer in self.layers.values():
            layer.training = training
            outputs = layer.forward(outputs)
        return outputs

    def backward(self, gradient: Array) -> None:
        """Set every layer's `gradients` from the loss's gradient for the outputs of the last forward pass in training.

        Stops at the first layer that has parameters: nobody wants the gradient for the network's inputs.
        """
        layers = list(self.layers.values())
        first = next(index for index, layer in enumerate(layers) if layer.parameters)
        for layer in reversed(layers[first + 1 :]):
            gradient = layer.backward(gradient)
        layers[first].backward_to_parameters(gradient)

"""Layers one after the other: the chain rule."""

from impls.protocol import Array
from impls.scratch.network import Network


class Sequential(Network):
    """A chain of layers."""

    def forward(self, inputs: Array) -> Array:
        outputs = inputs
        for layer in self.layers.values():
            outputs = layer(outputs)
        return outputs

    def backward(self, gradient: Array) -> None:
        """Stops at the first layer that has parameters: the gradient for the network's inputs is of no use."""
        layers = list(self.layers.values())
        first = next(index for index, layer in enumerate(layers) if layer.parameters)
        for layer in reversed(layers[first + 1 :]):
            gradient = layer.backward(gradient)
        layers[first].backward_to_parameters(gradient)

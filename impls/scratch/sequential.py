"""Layers one after the other: the chain rule."""

from impls.protocol import Array
from impls.scratch.network import Network


class Sequential(Network):
    """A chain of layers."""

    def forward(self, inputs: Array, training: bool = False) -> Array:
        self.set_training(training)
        outputs = inputs
        for name in self.layers:
            outputs = self.run(name, outputs)
        return outputs

    def backward(self, gradient: Array) -> None:
        """Stops at the first layer that has parameters: nobody wants the gradient for the network's inputs."""
        layers = list(self.layers.values())
        first = next(index for index, layer in enumerate(layers) if layer.parameters)
        for layer in reversed(layers[first + 1 :]):
            gradient = layer.backward(gradient)
        layers[first].backward_to_parameters(gradient)

"""What every layer has."""

from typing import Any

from impls.protocol import Array


class Layer:
    """A differentiable function of arrays (examples, ..., features) and of its own parameters.

    Its sizes are those of the parameters, which the engine puts in.
    """

    def __init__(self) -> None:
        #: Kind ("kernel", "bias", "gamma", ...) -> array; moving statistics are among them.
        self.parameters: dict[str, Array] = {}
        #: Kind -> gradient of the loss, for every parameter but the moving statistics.
        self.gradients: dict[str, Array] = {}
        #: Switches dropout and batch statistics on.
        self.training = False
        #: Of the last call, for those who look inside.
        self.outputs: Any = None

    def __call__(self, *inputs: Any) -> Any:
        """`forward`, as a network calls it."""
        self.outputs = self.forward(*inputs)
        return self.outputs

    def forward(self, *inputs: Any) -> Any:
        """The outputs y."""
        raise NotImplementedError

    def backward(self, *gradients: Any) -> Any:
        """From ∂L/∂y to ∂L/∂x; sets `gradients` on the way."""
        raise NotImplementedError


class Identity(Layer):
    """y = x, in the place of a layer that a network leaves out."""

    def forward(self, x: Array) -> Array:
        return x

    def backward(self, dy: Array) -> Array:
        return dy

"""What every layer has: parameters and their gradients by kind, a way forward and a way backward."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.buffers import Buffers


class Layer(ABC):
    """A differentiable function of arrays (examples, ..., features) and of its own parameters.

    A layer never writes into an array that it is given. The arrays that it returns are its own and are overwritten by
    its next call. Images are (examples, height, width, channels) to every layer, but lie in memory with the examples
    innermost, as `Convolution` leaves them; the other layers keep the order in memory in which their inputs lie.
    """

    def __init__(self, dtype: npt.DTypeLike = "float32") -> None:
        self.dtype = np.dtype(dtype)
        #: Kind ("kernel", "bias", "gamma", ...) -> trainable array, and its gradient, which `backward` overwrites.
        self.parameters: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}
        #: Kind -> moving statistic, updated by `forward` in training.
        self.statistics: dict[str, Array] = {}
        #: Switches dropout and batch statistics on.
        self.training = False
        #: Called with the outputs of each call, while somebody looks inside (see `Network.layer_outputs`).
        self.observer: Callable[[Any], None] | None = None
        self._buffers = Buffers(self.dtype)

    def __call__(self, *inputs: Any, **settings: Any) -> Any:
        """`forward`, as a network calls it."""
        outputs = self.forward(*inputs, **settings)
        if self.observer is not None:
            self.observer(outputs)
        return outputs

    @abstractmethod
    def forward(self, inputs: Array) -> Any:
        """The outputs; of a recurrent layer, the outputs and the state after the last step."""

    @abstractmethod
    def backward(self, gradient: Array) -> Array:
        """From the loss's gradient for the outputs of the last `forward` in training to that for its inputs.

        Sets `gradients` on the way.
        """

    def backward_to_parameters(self, gradient: Array) -> None:
        """As `backward`, for a first layer: the gradient for the inputs is not wanted."""
        self.backward(gradient)

    def _add_parameter(self, kind: str, shape: tuple[int, ...], value: float = 0.0) -> None:
        self.parameters[kind] = np.full(shape, value, self.dtype)
        self.gradients[kind] = np.zeros(shape, self.dtype)


class Identity(Layer):
    """Takes the place of a layer that a network leaves out."""

    def forward(self, inputs: Array) -> Array:
        return inputs

    def backward(self, gradient: Array) -> Array:
        return gradient

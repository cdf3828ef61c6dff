"""The dense (fully connected, affine) layer (Goodfellow, Bengio & Courville 2016, section 6.5)."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer


class Dense(Layer):
    """outputs = inputs · kernel + bias, from (examples, inputs) to (examples, units).

    Parameters: kernel (inputs, units), bias (units,).
    """

    def __init__(self, inputs: int, units: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self._add_parameter("kernel", (inputs, units))
        self._add_parameter("bias", (units,))

    def forward(self, inputs: Array) -> Array:
        kernel, bias = self.parameters["kernel"], self.parameters["bias"]
        self._inputs = inputs
        outputs = self._buffers.take("outputs", (len(inputs), kernel.shape[1]))
        np.matmul(inputs, kernel, out=outputs)
        outputs += bias
        return outputs

    def backward(self, gradient: Array) -> Array:
        self.backward_to_parameters(gradient)
        inputs_gradient = self._buffers.like("inputs_gradient", self._inputs)
        return np.matmul(gradient, self.parameters["kernel"].T, out=inputs_gradient)

    def backward_to_parameters(self, gradient: Array) -> None:
        np.matmul(self._inputs.T, gradient, out=self.gradients["kernel"])
        # A matrix-vector product sums over the examples several times as fast as `sum(axis=0)`.
        ones = self._buffers.take("ones", (len(gradient),))
        ones.fill(1.0)
        np.matmul(ones, gradient, out=self.gradients["bias"])

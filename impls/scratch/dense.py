"""The dense (fully connected, affine) layer (Goodfellow, Bengio & Courville 2016, section 6.5)."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer


class Dense(Layer):
    """outputs = inputs · kernel + bias, from (examples, inputs) to (examples, units), or so at each position of
    sequences (examples, length, inputs).

    Parameters: kernel (inputs, units), bias (units,) unless it is left out.
    """

    def __init__(self, inputs: int, units: int, dtype: npt.DTypeLike = "float32", bias: bool = True) -> None:
        super().__init__(dtype)
        self._add_parameter("kernel", (inputs, units))
        if bias:
            self._add_parameter("bias", (units,))

    def forward(self, inputs: Array) -> Array:
        kernel, bias = self.parameters["kernel"], self.parameters.get("bias")
        # Recurrent layers leave sequences with time first in memory; the positions are then taken in that order.
        self._time_first = inputs.ndim == 3 and inputs.strides[0] < inputs.strides[1]
        self._inputs = self._rows(inputs)
        outputs = self._buffers.take("outputs", (len(self._inputs), kernel.shape[1]))
        np.matmul(self._inputs, kernel, out=outputs)
        if bias is not None:
            outputs += bias
        return self._from_rows(outputs, inputs.shape)

    def backward(self, gradient: Array) -> Array:
        self.backward_to_parameters(gradient)
        inputs_gradient = self._buffers.like("inputs_gradient", self._inputs)
        np.matmul(self._rows(gradient), self.parameters["kernel"].T, out=inputs_gradient)
        return self._from_rows(inputs_gradient, gradient.shape)

    def backward_to_parameters(self, gradient: Array) -> None:
        gradient = self._rows(gradient)
        np.matmul(self._inputs.T, gradient, out=self.gradients["kernel"])
        if "bias" in self.gradients:
            # A matrix-vector product sums over the examples several times as fast as `sum(axis=0)`.
            ones = self._buffers.take("ones", (len(gradient),))
            ones.fill(1.0)
            np.matmul(ones, gradient, out=self.gradients["bias"])

    def _rows(self, features: Array) -> Array:
        """A matrix of all positions: a view wherever the order in memory allows."""
        if self._time_first:
            features = features.swapaxes(0, 1)
        return features.reshape(-1, features.shape[-1])

    def _from_rows(self, rows: Array, shape: tuple[int, ...]) -> Array:
        """Back from `_rows`, with as many examples and positions as the shape has."""
        if self._time_first:
            return rows.reshape(shape[1], shape[0], -1).swapaxes(0, 1)
        return rows.reshape(*shape[:-1], -1)

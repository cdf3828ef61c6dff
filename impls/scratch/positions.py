"""Where a token stands, added to what it is (Vaswani et al. 2017, sections 3.4 and 3.5)."""

import math

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.sums import sum_of_rows

#: The longest wavelength is this times 2π.
BASE = 10000.0


class Positions(Layer):
    """outputs[n, t] = √width · inputs[n, t] + embeddings[t], for inputs (examples, positions, width).

    Learned positions are a parameter, embeddings (length, width); sinusoidal ones are as `sinusoids` has them.
    """

    def __init__(self, length: int, width: int, learned: bool = False, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self._scale = math.sqrt(width)
        self._sinusoids: Array | None = None
        if learned:
            self._add_parameter("embeddings", (length, width))
        else:
            self._sinusoids = sinusoids(length, width).astype(self.dtype)

    def forward(self, inputs: Array, start: int = 0) -> Array:
        """The inputs' first position is number `start`."""
        embeddings = self.parameters["embeddings"] if self._sinusoids is None else self._sinusoids
        outputs = np.multiply(inputs, self._scale, out=self._buffers.take("outputs", inputs.shape))
        outputs += embeddings[start : start + inputs.shape[1]]
        return outputs

    def backward(self, gradient: Array) -> Array:
        if "embeddings" in self.gradients:
            seen, beyond = np.split(self.gradients["embeddings"], [gradient.shape[1]])
            sum_of_rows(gradient.reshape(len(gradient), -1), out=seen.reshape(-1))
            beyond[...] = 0.0
        return np.multiply(gradient, self._scale, out=self._buffers.take("inputs_gradient", gradient.shape))


def sinusoids(length: int, width: int) -> Array:
    """sin(p / 10000^(2i / width)) in column 2i and cos of the same in column 2i + 1: (length, width), float64."""
    frequencies = BASE ** -(np.arange(0, width, 2) / width)
    angles = np.arange(length)[:, np.newaxis] * frequencies
    table = np.empty((length, width))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table

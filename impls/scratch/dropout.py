"""Dropout (Srivastava et al. 2014), inverted: scaled in training, so that prediction needs no scaling."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer


class Dropout(Layer):
    """In training, outputs = inputs · mask / (1 − rate), where a mask keeps each element with probability 1 − rate.

    A mask holds 1 for what is kept and 0 for what is dropped.
    """

    def __init__(self, rate: float, generator: np.random.Generator, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self.rate = rate
        self._generator = generator
        #: What the next forward pass in training uses: a mask of the inputs' shape, one that it draws, or none at all.
        self.mask: Array | Literal["draw"] | None = "draw"
        self._scaled_mask: Array | None = None

    def forward(self, inputs: Array) -> Array:
        mask = self.mask if self.training else None
        if mask is None:
            self._scaled_mask = None
            return inputs
        if isinstance(mask, str):
            mask = self._draw(inputs.shape)
        self._scaled_mask = self._buffers.like("scaled_mask", inputs)
        np.multiply(mask, 1.0 / (1.0 - self.rate), out=self._scaled_mask)
        return np.multiply(inputs, self._scaled_mask, out=self._buffers.like("outputs", inputs))

    def backward(self, gradient: Array) -> Array:
        if self._scaled_mask is None:
            return gradient
        return np.multiply(gradient, self._scaled_mask, out=self._buffers.like("gradient", gradient))

    def _draw(self, shape: tuple[int, ...]) -> Array:
        uniform = self._buffers.take("uniform", shape, np.float32)
        self._generator.random(dtype=np.float32, out=uniform)
        return np.greater_equal(uniform, self.rate, out=self._buffers.take("drawn", shape), casting="unsafe")

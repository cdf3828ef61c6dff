"""Dropout (Srivastava et al. 2014; Goodfellow, Bengio & Courville 2016, section 7.12)."""

from typing import Literal

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer


class Dropout(Layer):
    """In training y = x·m / (1 − p), where each element of the mask m is 0 with probability p, else 1; otherwise y = x.

    Divided in training ("inverted"), so that the expectation is right and prediction needs no scaling.
    """

    def __init__(self, rate: float, generator: np.random.Generator) -> None:
        super().__init__()
        self.rate = rate
        self.generator = generator
        #: The mask of the next pass in training: given, drawn, or none at all.
        self.mask: Array | Literal["draw"] | None = "draw"

    def forward(self, x: Array) -> Array:
        mask = self.mask if self.training else None
        if isinstance(mask, str):
            mask = (self.generator.random(x.shape) >= self.rate).astype(x.dtype)
        self.factor = 1.0 if mask is None else mask / (1 - self.rate)
        return x * self.factor

    def backward(self, dy: Array) -> Array:
        return dy * self.factor

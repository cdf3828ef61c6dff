"""Where a token stands, added to what it is (Vaswani et al. 2017, sections 3.4 and 3.5)."""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from impls.protocol import Array


class Positions(keras.layers.Layer):
    """√width · inputs + a row for each position, for inputs (examples, positions, width).

    The rows are a variable `embeddings` (length, width) where they are learned, sinusoidal otherwise.
    """

    def __init__(self, length: int, learned: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.length, self.learned = length, learned
        self.supports_masking = True

    def build(self, inputs_shape: Any) -> None:
        width = inputs_shape[-1]
        if self.learned:
            self.embeddings = self.add_weight((self.length, width), name="embeddings")
        else:
            self.embeddings = ops.convert_to_tensor(sinusoids(self.length, width), dtype=self.compute_dtype)

    def call(self, inputs: Any, start: Any = None) -> Any:
        """The inputs' first position is number `start`, a scalar tensor; None is 0, with as many as there are rows."""
        rows = self.embeddings if start is None else ops.take(self.embeddings, start[None], axis=0)
        return inputs * math.sqrt(inputs.shape[-1]) + rows


def sinusoids(length: int, width: int) -> Array:
    """sin(p / 10000^(2i / width)) in column 2i and the cosine of it in column 2i + 1: (length, width), float64."""
    angles = np.arange(length)[:, None] / 10000.0 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(length, width)

"""Dropout with masks that can be given."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import keras
import numpy as np


class Dropout(keras.layers.Dropout):
    """Inverted dropout (Srivastava et al. 2014) that draws its masks, takes a given one, or does nothing."""

    #: What to do in training: "draw", None for nothing, or a mask (examples, *shape) of ones and zeros.
    mask: Any = "draw"
    #: Takes (inputs, rate, seed=generator); a backend may put a faster one here.
    draw: Callable[..., Any] = staticmethod(keras.random.dropout)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drop features of (examples, *shape)."""
        if not training or self.mask is None:
            return inputs
        if isinstance(self.mask, str):
            return self.draw(inputs, self.rate, seed=self.seed_generator)
        return inputs * self.mask / (1.0 - self.rate)

    def reseed(self, seed: int, index: int) -> None:
        """Begin the stream of masks that belongs to `seed` and to this layer, the network's `index`-th dropout."""
        # With one seed for all, layers of one width would drop the same features.
        own_seed = np.random.SeedSequence((seed, index)).generate_state(1)[0]
        self.seed_generator.state.assign(np.array([own_seed, 0]))


@contextmanager
def dropout_masks(dropouts: Mapping[str, Dropout], masks: Mapping[str, Any] | Literal["draw"] | None) -> Iterator[None]:
    """Let the layers draw, take the masks of their names, or do nothing, while the context lasts."""
    for name, layer in dropouts.items():
        layer.mask = masks[name] if isinstance(masks, Mapping) else masks
    try:
        yield
    finally:
        for layer in dropouts.values():
            layer.mask = "draw"

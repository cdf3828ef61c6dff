"""Layers and activations with what Keras would choose otherwise set to what the contract says."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, TypeAlias

import keras
import numpy as np
from keras import ops

from impls.spec.activations import LEAKY_RELU_SLOPE, Activation
from impls.spec.architecture import Architecture
from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization
from impls.spec.recurrent_cells import Cell

#: Makes an activation, normalization, pooling or recurrent layer; takes Keras's keyword arguments, such as `name`.
LayerFactory: TypeAlias = Callable[..., keras.layers.Layer]


def leaky_relu(inputs: Any) -> Any:
    """x above 0, slope · x elsewhere (Maas et al. 2013). Keras on TensorFlow rounds its slope to float32, always."""
    return ops.where(inputs > 0.0, inputs, LEAKY_RELU_SLOPE * inputs)


def gelu(inputs: Any) -> Any:
    """x · Φ(x) (Hendrycks & Gimpel 2016). Keras on TensorFlow rounds its √2 to float32, always."""
    return 0.5 * inputs * (1.0 + ops.erf(inputs * math.sqrt(0.5)))


ACTIVATIONS: dict[Activation, LayerFactory] = {
    "sigmoid": partial(keras.layers.Activation, ops.sigmoid),
    "relu": partial(keras.layers.Activation, ops.relu),
    "leaky_relu": partial(keras.layers.Activation, leaky_relu),
    "tanh": partial(keras.layers.Activation, ops.tanh),
    "gelu": partial(keras.layers.Activation, gelu),
}

#: Over the last axis. Keras 3 moves its variance by the batch's biased one, as the contract asks: it computes the
#: moments itself and leaves alone TensorFlow's fused kernel, which reports the unbiased variance.
NORMALIZATIONS: dict[Normalization, LayerFactory] = {
    "batch": partial(keras.layers.BatchNormalization, momentum=BATCH_MOMENTUM, epsilon=EPSILON),
    "layer": partial(keras.layers.LayerNormalization, epsilon=EPSILON),
}

#: Of (units); given a mask, they keep their state where it is false. `parameters.py` sees to the order of their gates.
RECURRENT: dict[Cell, LayerFactory] = {
    "rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": partial(keras.layers.GRU, reset_after=True),
}

#: Of (window's shape); the windows step by as much, and averages are over what lies inside the image.
POOLINGS: dict[str, LayerFactory] = {
    "max": keras.layers.MaxPooling2D,
    "average": keras.layers.AveragePooling2D,
}


def network_input(architecture: Architecture) -> Any:
    """What a network begins with: a symbol for (examples, *input_shape), tokens as int64."""
    dtype = "int64" if architecture.fields else keras.config.dtype_policy().compute_dtype
    return keras.Input(architecture.input_shape, dtype=dtype)


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

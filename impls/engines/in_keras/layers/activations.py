"""The activations by name."""

import math
from functools import partial
from typing import Any

import keras
from keras import ops

from impls.engines.in_keras.layers import LayerFactory
from impls.spec.activations import LEAKY_RELU_SLOPE, Activation


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

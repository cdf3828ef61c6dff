"""Batch and layer normalization as the contract has them."""

from functools import partial

import keras

from impls.engines.in_keras.layers import LayerFactory
from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization

#: Over the last axis. Keras 3 moves its variance by the batch's biased one, as the contract asks: it computes the
#: moments itself and leaves alone TensorFlow's fused kernel, which reports the unbiased variance.
NORMALIZATIONS: dict[Normalization, LayerFactory] = {
    "batch": partial(keras.layers.BatchNormalization, momentum=BATCH_MOMENTUM, epsilon=EPSILON),
    "layer": partial(keras.layers.LayerNormalization, epsilon=EPSILON),
}

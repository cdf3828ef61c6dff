"""Keras's side of the experiments on layers and losses: (as by default, as aligned) for every item."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from benchmarks.certificates.defaults.material import (
    FEATURES,
    HEADS,
    LENGTHS,
    TIME,
    UNITS,
    WIDTH,
    attention_kernels,
    normal,
    padded,
    recurrent,
    sequences,
)
from impls.protocol import Array

Sides = tuple[Array, Array]


def _array(tensor: object) -> Array:
    array: Array = ops.convert_to_numpy(tensor)
    return array


def _twice(array: Array) -> Sides:
    return array, array


def _permuted(array: Array) -> Array:
    """Blocks r, z, n on the last axis as z, r, n."""
    first, second, third = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def _gru(permute: bool = True, reset_after: bool = True, **settings: object) -> layers.GRU:
    weights = [_permuted(each) if permute else each for each in recurrent(3)]
    if not reset_after:
        weights[2] = weights[2].sum(axis=0)
    layer = layers.GRU(UNITS, return_sequences=True, reset_after=reset_after, **settings)
    layer.build((None, None, FEATURES))
    layer.set_weights(weights)
    return layer


def _gru_order() -> Sides:
    return _array(_gru(permute=False)(sequences())), _array(_gru()(sequences()))


def _gru_reset() -> Sides:
    return _array(_gru(reset_after=False)(sequences())), _array(_gru()(sequences()))


def _trained_lstm() -> Sides:
    kernel, recurrent_kernel, bias = recurrent(4)
    layer = layers.LSTM(UNITS, return_sequences=True)
    layer.build((None, None, FEATURES))
    layer.set_weights([kernel, recurrent_kernel, bias[0]])
    optimizer = keras.optimizers.SGD(0.1)
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = ops.mean(ops.square(layer(sequences())))
        optimizer.apply(tape.gradient(loss, layer.trainable_weights), layer.trainable_weights)
    return _twice(layer.get_weights()[2] - bias[0])


def _starts(layer: layers.Layer, shape: tuple[int | None, ...], index: int = 0) -> Sides:
    """What the layer starts from, and what both frameworks are given instead."""
    layer.build(shape)
    return _array(layer.weights[index]), normal("drawn once", 64)


def _singular_values() -> Sides:
    """An orthogonal matrix has nothing but ones."""
    layer = layers.GRU(64)
    layer.build((None, None, FEATURES))
    return np.linalg.svd(layer.get_weights()[1], compute_uv=False), np.ones(64, "float32")


def _attention_starts() -> Sides:
    layer = layers.MultiHeadAttention(4, 16)
    layer.build((None, 6, 64), (None, 6, 64))
    return _array(layer.weights[0]), normal("drawn once", 64)


def _attention() -> Sides:
    layer = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, use_bias=False)
    inputs = normal("attended", 2, 6, WIDTH)
    layer(inputs, inputs)
    split = [kernel.reshape(WIDTH, HEADS, -1) for kernel in attention_kernels()]
    by_name = dict(zip(("query", "key", "value"), split, strict=True))
    by_name["attention_output"] = np.eye(WIDTH, dtype="float32").reshape(HEADS, -1, WIDTH)
    for variable in layer.weights:
        variable.assign(by_name[variable.path.split("/")[-2]])
    return _twice(_array(layer(inputs, inputs)))


def _padded_state() -> Sides:
    mask = np.arange(TIME) < np.array(LENGTHS)[:, None]
    return _twice(_array(_gru()(padded(), mask=ops.convert_to_tensor(mask))[:, -1]))


def _recurrent_dropout() -> Sides:
    return _array(_gru(dropout=0.5, seed=0)(sequences(), training=True)), _array(_gru()(sequences()))


def _dropout_masks() -> Sides:
    kept = _array(layers.Dropout(0.5, seed=0)(np.ones(4096, "float32"), training=True)) > 0
    return kept, normal("mask", 4096) > 0


def _batch_normalization() -> Sides:
    inputs = normal("narrow", 8, 6, scale=0.05)
    default, aligned = layers.BatchNormalization(), layers.BatchNormalization(epsilon=1e-5)
    return _array(default(inputs, training=True)), _array(aligned(inputs, training=True))


def _moving_statistics() -> Sides:
    outputs = []
    for settings in ({}, {"momentum": 0.9, "epsilon": 1e-5}):
        layer = layers.BatchNormalization(**settings)
        for step in range(5):
            layer(normal(f"batch {step}", 8, 6, scale=2.0) + 1, training=True)
        outputs.append(_array(layer(normal("batch 0", 8, 6), training=False)))
    return outputs[0], outputs[1]


def _layer_normalization() -> Sides:
    inputs = normal("narrow", 8, 6, scale=0.05)
    return _array(layers.LayerNormalization()(inputs)), _array(layers.LayerNormalization(epsilon=1e-5)(inputs))


def _strided_padding() -> Sides:
    kernel = normal("kernel 3x3", 3, 3, 3, 4, scale=0.3)
    return _twice(_array(ops.conv(normal("image", 2, 8, 8, 3), kernel, strides=2, padding="same")))


def _average_pooling() -> Sides:
    return _twice(_array(layers.AveragePooling2D(3, 2, "same")(np.ones((1, 5, 5, 1), "float32"))))


def _flatten() -> Sides:
    return _twice(_array(layers.Flatten()(normal("image", 2, 8, 8, 3)) @ normal("after flatten", 192, 5)))


def _cross_entropy() -> Sides:
    logits = np.array([[25.0, 0.0, 3.0], [1.0, 22.0, -5.0]], "float32")
    targets = np.array([1, 2])
    loss = keras.losses.SparseCategoricalCrossentropy
    # Through NumPy: from a tensor that it made itself Keras would take the logits back.
    probabilities = _array(ops.softmax(logits))
    return _array(loss()(targets, probabilities)), _array(loss(from_logits=True)(targets, logits))


def _leaky_relu() -> Sides:
    inputs = normal("activated", 64)
    return _array(layers.LeakyReLU()(inputs)), _array(layers.LeakyReLU(negative_slope=0.01)(inputs))


def _gelu() -> Sides:
    inputs = ops.convert_to_tensor(normal("activated", 64, dtype="float64"))
    root = ops.sqrt(ops.convert_to_tensor(2.0, "float64"))
    return _array(ops.gelu(inputs, approximate=False)), _array(0.5 * inputs * (1 + ops.erf(inputs / root)))


def _denormals() -> Sides:
    factors = ops.convert_to_tensor(normal("factors", 64, scale=1e-20))
    return _twice(_array(factors * factors))


EXPERIMENTS = {
    "GRU, order of the gates": _gru_order,
    "GRU with reset_after=False": _gru_reset,
    "LSTM, two biases trained": _trained_lstm,
    "LSTM start weights": lambda: _starts(layers.LSTM(64), (None, None, FEATURES)),
    "LSTM start biases": lambda: _starts(layers.LSTM(64), (None, None, FEATURES), 2),
    "GRU recurrent start weights": _singular_values,
    "dense start weights (100→50)": lambda: _starts(layers.Dense(50), (None, 100)),
    "convolution start weights": lambda: _starts(layers.Conv2D(32, 3), (None, 9, 9, 16)),
    "dense start biases": lambda: _starts(layers.Dense(50), (None, 100), 1),
    "embedding start weights": lambda: _starts(layers.Embedding(100, 50), (None, 7)),
    "attention start weights": _attention_starts,
    "attention with one's weights given to the other": _attention,
    "padded sequences, final state": _padded_state,
    "dropout of a recurrent layer": _recurrent_dropout,
    "dropout masks from one seed": _dropout_masks,
    "batch normalization, in training": _batch_normalization,
    "batch normalization, moving statistics": _moving_statistics,
    "layer normalization": _layer_normalization,
    "padding `same`, stride 2": _strided_padding,
    "average pooling at the border": _average_pooling,
    "flatten": _flatten,
    "cross-entropy": _cross_entropy,
    "leaky ReLU": _leaky_relu,
    "GELU in float64": _gelu,
    "denormal numbers (products of 1e-40)": _denormals,
}

"""The losses of `Training.loss`, averaged over examples (and, for regression, over outputs); logits in."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras

from impls.training import Training


def mean_loss(training: Training) -> Callable[[Any, Any], Any]:
    """The function of (targets, outputs) that gives the recipe's loss as a scalar."""
    losses: dict[str, Callable[[Any, Any], Any]] = {
        "softmax_cross_entropy": partial(keras.ops.sparse_categorical_crossentropy, from_logits=True),
        "sigmoid_cross_entropy": partial(keras.ops.binary_crossentropy, from_logits=True),
        "mean_squared_error": keras.losses.mean_squared_error,
        "mean_absolute_error": keras.losses.mean_absolute_error,
        "huber": partial(keras.losses.huber, delta=training.huber_delta),
    }
    loss = losses[training.loss]
    return lambda targets, outputs: keras.ops.mean(loss(targets, outputs))

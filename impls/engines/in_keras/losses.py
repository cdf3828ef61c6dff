"""The losses of `Training.loss`, averaged over what counts; logits in."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
from keras import ops

from impls.spec.tokens import PADDING
from impls.training import Training


def mean_loss(training: Training) -> Callable[[Any, Any], Any]:
    """The function of (targets, outputs) that gives the recipe's loss as a scalar.

    Class numbers (examples, positions) count where they are not padding; otherwise the mean is over examples (and, for
    regression, over outputs).
    """
    losses: dict[str, Callable[[Any, Any], Any]] = {
        "softmax_cross_entropy": partial(keras.ops.sparse_categorical_crossentropy, from_logits=True),
        "sigmoid_cross_entropy": partial(keras.ops.binary_crossentropy, from_logits=True),
        "mean_squared_error": keras.losses.mean_squared_error,
        "mean_absolute_error": keras.losses.mean_absolute_error,
        "huber": partial(keras.losses.huber, delta=training.huber_delta),
    }
    loss = losses[training.loss]
    if training.loss == "softmax_cross_entropy":
        return lambda targets, outputs: _mean_over_counted(loss(targets, outputs), targets)
    return lambda targets, outputs: ops.mean(loss(targets, outputs))


def _mean_over_counted(losses: Any, targets: Any) -> Any:
    if len(targets.shape) == 1:
        return ops.mean(losses)
    counted = ops.cast(ops.not_equal(targets, PADDING), losses.dtype)
    return ops.sum(losses * counted) / ops.sum(counted)

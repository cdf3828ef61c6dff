"""Losses: the mean over all elements of the targets, and its gradient for the network's outputs.

Sources: Goodfellow, Bengio & Courville 2016, sections 5.5 and 6.2; Huber 1964.
"""

from typing import TypeAlias

import numpy as np

from impls.protocol import Array
from impls.spec.tokens import PADDING
from impls.textbook.activations import sigmoid, softmax
from impls.training import Training

LossAndGradient: TypeAlias = tuple[float, Array]


def softmax_cross_entropy(z: Array, classes: Array) -> LossAndGradient:
    """L = −log softmax(z)[class] = log Σⱼ exp(zⱼ) − z[class]; ∂L/∂z = softmax(z) − one-hot(class).

    The mean is over the examples; of classes at each position, over those that are not padding.
    """
    counted = classes != PADDING if classes.ndim > 1 else np.full(classes.shape, True)
    one_hot = np.arange(z.shape[-1]) == classes[..., np.newaxis]
    losses = np.logaddexp.reduce(z, axis=-1) - z[one_hot].reshape(classes.shape)
    gradient = np.where(counted[..., np.newaxis], softmax(z) - one_hot, 0) / int(counted.sum())
    return float(losses[counted].mean()), gradient


def sigmoid_cross_entropy(z: Array, t: Array) -> LossAndGradient:
    """L = −t·log σ(z) − (1 − t)·log(1 − σ(z)) = log(1 + exp(z)) − t·z; ∂L/∂z = σ(z) − t."""
    losses = np.logaddexp(0, z) - t * z
    return float(losses.mean()), (sigmoid(z) - t) / z.size


def mean_squared_error(y: Array, t: Array) -> LossAndGradient:
    """L = (y − t)²; ∂L/∂y = 2·(y − t)."""
    return float(((y - t) ** 2).mean()), 2 * (y - t) / y.size


def mean_absolute_error(y: Array, t: Array) -> LossAndGradient:
    """L = |y − t|; ∂L/∂y = sign(y − t)."""
    return float(np.abs(y - t).mean()), np.sign(y - t) / y.size


def huber(y: Array, t: Array, delta: float) -> LossAndGradient:
    """L = ½·(y − t)² up to |y − t| = δ, from there δ·(|y − t| − ½·δ); ∂L/∂y = y − t, at most δ either way."""
    error = np.abs(y - t)
    losses = np.where(error <= delta, error**2 / 2, delta * (error - delta / 2))
    return float(losses.mean()), np.clip(y - t, -delta, delta) / y.size


def loss_and_gradient(training: Training, outputs: Array, targets: Array) -> LossAndGradient:
    """The loss that the recipe names."""
    match training.loss:
        case "softmax_cross_entropy":
            return softmax_cross_entropy(outputs, targets)
        case "sigmoid_cross_entropy":
            return sigmoid_cross_entropy(outputs, targets)
        case "mean_squared_error":
            return mean_squared_error(outputs, targets)
        case "mean_absolute_error":
            return mean_absolute_error(outputs, targets)
        case "huber":
            return huber(outputs, targets, training.huber_delta)

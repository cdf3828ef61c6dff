"""Losses: the mean over all elements of the targets, and its gradient for the network's outputs (the logits).

Each function takes outputs (examples, units), or (examples, positions, units), and targets, and returns the loss and a
new array of the outputs' shape.
Sources: Goodfellow, Bengio & Courville 2016, section 6.2; Huber 1964.
"""

from typing import TypeAlias

import numpy as np

from impls.protocol import Array
from impls.scratch.activations import sigmoid
from impls.spec.tokens import PADDING
from impls.training import Training

LossAndGradient: TypeAlias = tuple[float, Array]


def softmax_cross_entropy(logits: Array, classes: Array) -> LossAndGradient:
    """−log softmax(logits)[class], from logits, so that nothing is clipped; class numbers (examples,).

    Class numbers (examples, positions) are tokens: padding among them is not counted.
    """
    if classes.ndim > 1:
        return _of_counted(logits, classes)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = (np.arange(len(logits)), classes)
    chosen_logits = shifted[chosen]
    exponentials = np.exp(shifted, out=shifted)
    totals = exponentials.sum(axis=-1, keepdims=True)
    loss = (np.log(totals[:, 0]) - chosen_logits).mean()
    gradient = np.divide(exponentials, totals, out=exponentials)
    gradient[chosen] -= 1.0
    gradient /= len(logits)
    return float(loss), gradient


def _of_counted(logits: Array, tokens: Array) -> LossAndGradient:
    """Softmax cross-entropy, the mean over the tokens that are not padding."""
    counted = tokens != PADDING
    loss, gradient_of_counted = softmax_cross_entropy(logits[counted], tokens[counted])
    gradient = np.zeros_like(logits)
    gradient[counted] = gradient_of_counted
    return loss, gradient


def sigmoid_cross_entropy(logits: Array, targets: Array) -> LossAndGradient:
    """−t · log σ(z) − (1 − t) · log(1 − σ(z)), written as max(z, 0) − z · t + log(1 + exp(−|z|)); targets 0 to 1."""
    losses = np.maximum(logits, 0.0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    gradient = sigmoid(logits)
    gradient -= targets
    gradient /= logits.size
    return float(losses.mean()), gradient


def mean_squared_error(outputs: Array, targets: Array) -> LossAndGradient:
    """(y − t)²."""
    errors = outputs - targets
    loss = np.square(errors).mean()
    errors *= 2.0 / outputs.size
    return float(loss), errors


def mean_absolute_error(outputs: Array, targets: Array) -> LossAndGradient:
    """|y − t|; the gradient is 0 where they are equal."""
    errors = outputs - targets
    gradient = np.sign(errors)
    gradient /= outputs.size
    return float(np.abs(errors).mean()), gradient


def huber(outputs: Array, targets: Array, delta: float = 1.0) -> LossAndGradient:
    """½ · (y − t)² up to |y − t| = delta, from there delta · (|y − t| − ½ · delta)."""
    errors = outputs - targets
    clipped = np.clip(errors, -delta, delta)
    loss = (clipped * (errors - 0.5 * clipped)).mean()
    clipped /= outputs.size
    return float(loss), clipped


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

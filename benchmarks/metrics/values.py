"""Metrics of classes and of numbers, the same as scikit-learn's, by which the tests judge them.

They are taken after each epoch. scikit-learn examines its arguments for milliseconds, as long as a small table's epoch
takes, and is a second's import in each process that measures.
"""

import numpy as np

from benchmarks.metrics.base import declare
from impls import Array


@declare("accuracy", "classification", higher_is_better=True, lowest=0.0, highest=1.0, percent=True, margin=0.005)
def accuracy(targets: Array, logits: Array) -> float:
    """Share of the examples whose class has the largest logit."""
    return float(np.mean(logits.argmax(axis=1) == targets))


@declare("macro F1", "classification", higher_is_better=True, lowest=0.0, highest=1.0, decimals=4)
def macro_f1(targets: Array, logits: Array) -> float:
    """Mean of the classes' F1 scores; a class that is never predicted has 0, one that is nowhere does not count."""
    predicted = logits.argmax(axis=1)
    classes = max(logits.shape[1], int(targets.max()) + 1)
    hits = np.bincount(targets[predicted == targets], minlength=classes)
    seen = np.bincount(targets, minlength=classes) + np.bincount(predicted, minlength=classes)
    return float(np.mean(2 * hits[seen > 0] / seen[seen > 0]))


@declare("log loss", "classification", higher_is_better=False, lowest=0.0, decimals=4)
def log_loss(targets: Array, logits: Array) -> float:
    """Mean -ln p of the right classes."""
    from scipy.special import log_softmax

    # From the logits: scikit-learn's log_loss takes probabilities, and has to clip those that round to 0.
    likelihoods = log_softmax(np.asarray(logits, np.float64), axis=1)
    return float(-np.take_along_axis(likelihoods, targets[:, np.newaxis], axis=1).mean())


# All numbers count alike, whichever step of a forecast they belong to.
@declare("R²", "regression", "forecasting", higher_is_better=True, highest=1.0, decimals=4, margin=0.01)
def r2(targets: Array, outputs: Array) -> float:
    """Coefficient of determination; of targets that are all the same, 1 where they are met and 0 otherwise."""
    missed = np.sum(_errors(targets, outputs) ** 2)
    if targets.min() == targets.max():  # their mean may be rounded, and their spread then be next to nothing
        return 1.0 if missed == 0 else 0.0
    return float(1 - missed / np.sum((targets - np.mean(targets, dtype=np.float64)) ** 2))


@declare("root mean squared error", "regression", "forecasting", higher_is_better=False, lowest=0.0)
def rmse(targets: Array, outputs: Array) -> float:
    """Root mean squared error, in the targets' unit."""
    return float(np.sqrt(np.mean(_errors(targets, outputs) ** 2)))


@declare("mean absolute error", "regression", "forecasting", higher_is_better=False, lowest=0.0)
def mae(targets: Array, outputs: Array) -> float:
    """Mean absolute error, in the targets' unit."""
    return float(np.mean(np.abs(_errors(targets, outputs))))


def _errors(targets: Array, outputs: Array) -> Array:
    """One a number, in float64."""
    return outputs.ravel().astype(np.float64) - targets.ravel()

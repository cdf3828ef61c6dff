"""Metrics of classes and of numbers, by scikit-learn where it has them."""

import numpy as np

from benchmarks.metrics.base import declare
from impls import Array


@declare("accuracy", "classification", higher_is_better=True, lowest=0.0, highest=1.0, percent=True, margin=0.005)
def accuracy(targets: Array, logits: Array) -> float:
    """Share of the examples whose class has the largest logit."""
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(targets, logits.argmax(axis=1)))


@declare("macro F1", "classification", higher_is_better=True, lowest=0.0, highest=1.0, decimals=4)
def macro_f1(targets: Array, logits: Array) -> float:
    """Mean of the classes' F1 scores; a class that is never predicted has 0."""
    from sklearn.metrics import f1_score

    return float(f1_score(targets, logits.argmax(axis=1), average="macro", zero_division=0.0))


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
    """Coefficient of determination."""
    from sklearn.metrics import r2_score

    return float(r2_score(targets.ravel(), outputs.ravel()))


@declare("root mean squared error", "regression", "forecasting", higher_is_better=False, lowest=0.0)
def rmse(targets: Array, outputs: Array) -> float:
    """Root mean squared error, in the targets' unit."""
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(targets.ravel(), outputs.ravel()))


@declare("mean absolute error", "regression", "forecasting", higher_is_better=False, lowest=0.0)
def mae(targets: Array, outputs: Array) -> float:
    """Mean absolute error, in the targets' unit."""
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(targets.ravel(), outputs.ravel()))

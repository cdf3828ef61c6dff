"""Linear models from scikit-learn: what every network has to beat; imported where used."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from benchmarks.tasks.base import Task
from benchmarks.tasks.splits import Split
from impls import Array


def logistic_regression() -> Any:
    """Softmax regression with scikit-learn's default penalty, ½·‖w‖² against the summed loss."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=200)


def ridge_regression() -> Any:
    """Linear least squares with the penalty ‖w‖² against the summed squares."""
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0)


class Baseline(NamedTuple):
    """A fitted baseline's outputs on the test part."""

    #: As a network's: logits (examples, classes), or standardized outputs (examples, 1).
    outputs: Array
    #: Number of fitted scalars.
    parameters: int


def run_baseline(task: Task, split: Split) -> Baseline:
    """Fit the task's baseline on the training part and apply it to the test part; images are flattened.

    A stop before convergence is no fault here: the table says what the model reached within its iterations.
    """
    from sklearn.exceptions import ConvergenceWarning

    estimator = task.baseline()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(_flat(split.train_inputs), split.train_targets)
    if task.kind == "regression":
        outputs = np.asarray(estimator.predict(_flat(split.test_inputs))).reshape(-1, 1)
    else:
        outputs = np.asarray(estimator.decision_function(_flat(split.test_inputs)))
        if outputs.ndim == 1:  # two classes: the decision is the second's logit, the first's being 0
            outputs = np.column_stack([np.zeros_like(outputs), outputs])
    return Baseline(outputs, int(estimator.coef_.size + np.size(estimator.intercept_)))


def _flat(inputs: Array) -> Array:
    return inputs.reshape(len(inputs), -1)

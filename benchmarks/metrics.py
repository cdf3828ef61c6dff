"""How good predictions are, by scikit-learn's metrics."""

from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.tasks.base import Kind, TaskError
from impls import Array

#: Metric's name -> whether more is better.
HIGHER_IS_BETTER = {
    "accuracy": True,
    "macro_f1": True,
    "log_loss": False,
    "r2": True,
    "rmse": False,
    "mae": False,
}


def evaluate(
    kind: Kind,
    metrics: Iterable[str],
    targets: Array,
    outputs: Array,
    target_mean: float = 0.0,
    target_scale: float = 1.0,
) -> dict[str, float]:
    """The metrics of a model's outputs; all nan where an output is not finite.

    Args:
        kind: of the task.
        metrics: accuracy, macro_f1 and log_loss for classification; r2, rmse and mae for regression.
        targets: class numbers (examples,), or targets in the original units (examples, 1).
        outputs: logits (examples, classes), or standardized outputs (examples, 1).
        target_mean: with `target_scale`, turns regression outputs into the original units.
        target_scale: see `target_mean`.

    Raises:
        TaskError: a metric is unknown, or not of this kind.
    """
    known = _CLASSIFICATION if kind == "classification" else _REGRESSION
    names = list(metrics)
    for name in names:
        if name not in known:
            raise TaskError(f"metric {name!r} is unknown for {kind}; there are {', '.join(known)}")
    outputs = np.asarray(outputs, np.float64)
    if not np.isfinite(outputs).all():
        return dict.fromkeys(names, float("nan"))
    if kind == "regression":
        outputs = outputs * target_scale + target_mean
    return {name: float(known[name](targets, outputs)) for name in names}


def _accuracy(targets: Array, logits: Array) -> float:
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(targets, logits.argmax(axis=1)))


def _macro_f1(targets: Array, logits: Array) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(targets, logits.argmax(axis=1), average="macro", zero_division=0.0))


def _log_loss(targets: Array, logits: Array) -> float:
    from scipy.special import log_softmax

    # From the logits: scikit-learn's log_loss takes probabilities, and has to clip those that round to 0.
    return float(-np.take_along_axis(log_softmax(logits, axis=1), targets[:, np.newaxis], axis=1).mean())


def _r2(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import r2_score

    return float(r2_score(targets, outputs))


def _rmse(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(targets, outputs))


def _mae(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(targets, outputs))


_Metric = Callable[[Array, Array], float]
_CLASSIFICATION: dict[str, _Metric] = {"accuracy": _accuracy, "macro_f1": _macro_f1, "log_loss": _log_loss}
_REGRESSION: dict[str, _Metric] = {"r2": _r2, "rmse": _rmse, "mae": _mae}

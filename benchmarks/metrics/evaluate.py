"""How good answers are: scikit-learn's metrics of classes and numbers, and `benchmarks.metrics.tokens`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from benchmarks.kinds import TOKEN_KINDS, Kind, TaskError
from benchmarks.metrics import tokens
from benchmarks.metrics.tokens import TokenScores
from impls import Array

#: Logits (examples, classes); standardized outputs (examples, outputs); for kinds with an answer at every position its
#: scores; for transduction the tokens written, (examples, positions).
Answers: TypeAlias = Array | TokenScores

#: Metric's name -> whether more is better.
HIGHER_IS_BETTER = {
    "accuracy": True,
    "macro_f1": True,
    "log_loss": False,
    "r2": True,
    "rmse": False,
    "mae": False,
    "bits_per_character": False,
    "token_accuracy": True,
    "token_log_loss": False,
    "word_error_rate": False,
    "phoneme_error_rate": False,
}


def evaluate(
    kind: Kind,
    metrics: Iterable[str],
    targets: Array,
    answers: Answers,
    target_mean: float = 0.0,
    target_scale: float = 1.0,
) -> dict[str, float]:
    """The metrics of a model's answers; all nan where an answer is not finite.

    Args:
        kind: of the task.
        metrics: names of `HIGHER_IS_BETTER` that this kind has.
        targets: class numbers (examples,); numbers in the original units (examples, outputs); tokens (examples,
            positions), 0 where none is asked for; references (examples, alternatives, positions).
        answers: see `Answers`.
        target_mean: with `target_scale`, turns regression outputs into the original units.
        target_scale: see `target_mean`.

    Raises:
        TaskError: a metric is unknown, or not of this kind.
    """
    known = _METRICS[kind]
    names = list(metrics)
    for name in names:
        if name not in known:
            raise TaskError(f"metric {name!r} is unknown for {kind}; there are {', '.join(known)}")
    if not _is_finite(kind, targets, answers):
        return dict.fromkeys(names, float("nan"))
    if kind in ("regression", "forecasting"):
        answers = np.asarray(answers, np.float64) * target_scale + target_mean
    return {name: float(known[name](targets, answers)) for name in names}


def _is_finite(kind: Kind, targets: Array, answers: Answers) -> bool:
    if kind in TOKEN_KINDS:
        assert isinstance(answers, TokenScores)
        return bool(np.isfinite(answers.log_probabilities[targets != 0]).all())
    return bool(np.isfinite(np.asarray(answers)).all())


def _accuracy(targets: Array, logits: Array) -> float:
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(targets, logits.argmax(axis=1)))


def _macro_f1(targets: Array, logits: Array) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(targets, logits.argmax(axis=1), average="macro", zero_division=0.0))


def _log_loss(targets: Array, logits: Array) -> float:
    from scipy.special import log_softmax

    # From the logits: scikit-learn's log_loss takes probabilities, and has to clip those that round to 0.
    likelihoods = log_softmax(np.asarray(logits, np.float64), axis=1)
    return float(-np.take_along_axis(likelihoods, targets[:, np.newaxis], axis=1).mean())


# Numbers are taken all alike, whichever step of a forecast they are of.
def _r2(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import r2_score

    return float(r2_score(targets.ravel(), outputs.ravel()))


def _rmse(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import root_mean_squared_error

    return float(root_mean_squared_error(targets.ravel(), outputs.ravel()))


def _mae(targets: Array, outputs: Array) -> float:
    from sklearn.metrics import mean_absolute_error

    return float(mean_absolute_error(targets.ravel(), outputs.ravel()))


_Metric: TypeAlias = Callable[[Array, Any], float]
_NUMBERS: Mapping[str, _Metric] = {"r2": _r2, "rmse": _rmse, "mae": _mae}
_METRICS: Mapping[Kind, Mapping[str, _Metric]] = {
    "classification": {"accuracy": _accuracy, "macro_f1": _macro_f1, "log_loss": _log_loss},
    "regression": _NUMBERS,
    "forecasting": _NUMBERS,
    "language model": {"bits_per_character": tokens.bits_per_character},
    "recall": {
        "token_accuracy": tokens.token_accuracy,
        "token_log_loss": tokens.token_log_loss,
    },
    "transduction": {
        "word_error_rate": tokens.word_error_rate,
        "phoneme_error_rate": tokens.phoneme_error_rate,
    },
}

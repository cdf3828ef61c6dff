"""How good answers are: the metrics that `benchmarks.metrics.values` and `benchmarks.metrics.tokens` declare."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from benchmarks.kinds import TOKEN_KINDS, ProblemKind, TaskError
from benchmarks.metrics import tokens, values
from benchmarks.metrics.base import DECLARED, Metric, MetricFunction
from benchmarks.metrics.tokens import TokenScores
from impls import Array
from impls.plugins import registered, registry, shown

#: Logits (examples, classes); standardized outputs (examples, outputs); for kinds with an answer at every position its
#: scores; for transduction the tokens written, (examples, positions).
Answers: TypeAlias = Array | TokenScores

#: Name -> metric: every one that these modules declare, in their order. `metrics` has those of plug-ins, too.
METRICS: Mapping[str, Metric] = {
    name: metric
    for module in (values, tokens)
    for name, metric in DECLARED.items()
    if metric.function is not None and metric.function.__module__ == module.__name__
}


@registry
def metrics() -> Mapping[str, Metric]:
    """Every metric by name, first Threefold's own."""
    return registered("metrics", METRICS, _added)


def _added(function: object) -> tuple[str, Metric]:
    """The name and the declaration of a function that a plug-in adds."""
    name = getattr(function, "__name__", "")
    if name not in DECLARED or DECLARED[name].function is not function:
        raise TaskError(f"{shown(function)} is no metric: decorate the function with benchmarks.metrics.base.declare")
    return name, DECLARED[name]


def metric_of(name: str) -> Metric:
    """The metric of that name; an unknown one, of a record by another Threefold say, has its name as title."""
    return metrics().get(name, Metric(name.replace("_", " ")))


def functions_of(kind: ProblemKind) -> dict[str, MetricFunction]:
    """The metrics that a kind of task has, by name."""
    return {name: metric.function for name, metric in metrics().items() if kind in metric.kinds and metric.function}


def evaluate(
    kind: ProblemKind,
    names: Iterable[str],
    targets: Array,
    answers: Answers,
    target_mean: float = 0.0,
    target_scale: float = 1.0,
) -> dict[str, float]:
    """The metrics of a model's answers; all nan where an answer is not finite.

    Args:
        kind: of the task.
        names: of metrics that this kind has.
        targets: class numbers (examples,); numbers in the original units (examples, outputs); tokens (examples,
            positions), 0 where none is predicted; references (examples, alternatives, positions).
        answers: see `Answers`.
        target_mean: with `target_scale`, turns regression outputs into the original units.
        target_scale: see `target_mean`.

    Raises:
        TaskError: a metric is unknown, or not of this kind.
    """
    known = functions_of(kind)
    names = list(names)
    for name in names:
        if name not in known:
            raise TaskError(f"metric {name!r} is unknown for {kind}; there are {', '.join(known)}")
    if not _is_finite(kind, targets, answers):
        return dict.fromkeys(names, float("nan"))
    if kind in ("regression", "forecasting"):
        answers = np.asarray(answers, np.float64) * target_scale + target_mean
    return {name: float(known[name](targets, answers)) for name in names}


def _is_finite(kind: ProblemKind, targets: Array, answers: Answers) -> bool:
    if kind in TOKEN_KINDS:
        assert isinstance(answers, TokenScores)
        return bool(np.isfinite(answers.log_probabilities[targets != 0]).all())
    return bool(np.isfinite(np.asarray(answers)).all())

"""The baseline that a task's networks are compared with: of several the best."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, Record
from report.statistics.intervals import mean_of
from report.text.naming import architecture_rank, higher_is_better, is_baseline


@dataclass(frozen=True)
class BestBaseline:
    """A task's best baseline by its principal metric."""

    cell: AccuracyCell
    mean: float
    #: How many baselines it is the best of.
    among: int


def best_baselines(
    accuracies: Iterable[tuple[AccuracyCell, Record]], principal: Mapping[str, str | None]
) -> dict[str, BestBaseline]:
    """Each task's baseline with the best mean; the first one where it is not known which way the metric is good.

    Choosing it by its results on the held-out data favours it over the networks. Tasks whose baselines have no finite
    mean are left out.

    Args:
        accuracies: a run's accuracy cells with their records.
        principal: task -> the metric by which its networks are compared.
    """
    means: dict[str, list[tuple[AccuracyCell, float]]] = {}
    for cell, record in accuracies:
        metric = principal.get(cell.task)
        if metric is not None and is_baseline(cell) and isinstance(record.result, AccuracyResult):
            values = [split.metrics[metric] for split in record.result.splits if metric in split.metrics]
            if values and all(map(math.isfinite, values)):
                means.setdefault(cell.task, []).append((cell, mean_of(values)))
    return {task: _best(candidates, str(principal[task])) for task, candidates in means.items()}


def _best(candidates: Sequence[tuple[AccuracyCell, float]], metric: str) -> BestBaseline:
    higher = higher_is_better(metric)
    sign = 0 if higher is None else -1 if higher else 1
    cell, mean = min(candidates, key=lambda pair: (sign * pair[1], architecture_rank(pair[0].architecture)))
    return BestBaseline(cell, mean, len(candidates))

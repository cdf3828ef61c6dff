"""The baseline that a task's networks are held against: of several the best."""

import math
from dataclasses import dataclass

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.tables.accuracy import principal_metric
from report.text.naming import architecture_rank, higher_is_better, is_baseline


@dataclass(frozen=True)
class Baseline:
    """A task's best baseline by its principal metric."""

    cell: AccuracyCell
    mean: float
    #: How many it is the best of.
    among: int


def best_baseline(run: Run, task: str) -> Baseline | None:
    """The baseline with the best mean of the task's principal metric; the first one of a metric of unknown direction.

    That it is chosen by its results on the held-out data favours it over the networks.
    """
    metric = principal_metric(run, task)
    if metric is None:
        return None
    found = _means(run, task, metric)
    if not found:
        return None
    higher = higher_is_better(metric)
    sign = 0 if higher is None else -1 if higher else 1
    cell, mean = min(found, key=lambda pair: (sign * pair[1], architecture_rank(pair[0].architecture)))
    return Baseline(cell, mean, len(found))


def _means(run: Run, task: str, metric: str) -> list[tuple[AccuracyCell, float]]:
    """The finite means of a task's baselines."""
    found = []
    for cell, record in run.of_kind(AccuracyCell):
        if cell.task == task and is_baseline(cell) and isinstance(record.result, AccuracyResult):
            values = [split.metrics[metric] for split in record.result.splits if metric in split.metrics]
            if values and all(map(math.isfinite, values)):
                found.append((cell, mean_of(values)))
    return found

"""The accuracy table: one row for each metric of each network and baseline."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, Record, SplitResult
from benchmarks.records.task_facts import Evaluation
from report.runs.certification import Standing
from report.runs.reading import Run
from report.statistics.intervals import Estimate, lone, one_proportion, over_folds, over_seeds
from report.text.naming import one_line, place_rank

#: Metrics that are shares of the test examples, each of which counts for itself.
PROPORTIONS = ("accuracy", "word_error_rate")


@dataclass(frozen=True)
class AccuracyRow:
    """A metric of a network (or baseline) by one implementation; its numbers are None where the cell failed."""

    task: str
    architecture: str
    implementation: str
    device: str
    metric: str
    mean: float | None
    #: Over splits, ddof = 1.
    std: float | None
    ci_low: float | None
    ci_high: float | None
    folds: int
    #: Their number.
    seeds: int
    epochs: int
    parameters: int | None
    #: How the interval was made.
    interval: str
    certificate: Standing
    status: str
    reason: str
    #: Folder of the architecture; that of a baseline is its label.
    network: str
    run: str

    @property
    def is_baseline(self) -> bool:
        """Whether it is one of the task's baselines, as its cell says."""
        return self.epochs == 0


def accuracy_rows(runs: Sequence[Run]) -> list[AccuracyRow]:
    """All rows; those of several runs stand under one another."""
    ranked = []
    for number, run in enumerate(runs):
        for cell, record in run.of_kind(AccuracyCell):
            for place, metric in enumerate(metrics_of(run, cell, record)):
                ranked.append(((*place_rank(cell), place, number), _row(run, cell, record, metric)))
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def metrics_of(run: Run, cell: AccuracyCell, record: Record) -> list[str]:
    """A cell's metrics, the task's principal one first; of a failed cell that one alone."""
    facts = run.manifest.tasks.get(cell.task)
    declared = list(facts.metrics) if facts else []
    if not isinstance(record.result, AccuracyResult):
        return declared[:1] or [""]
    measured = record.result.splits[0].metrics
    return [name for name in declared if name in measured] + sorted(set(measured) - set(declared))


def resampling_ratio(run: Run, cell: AccuracyCell, splits: Sequence[SplitResult]) -> float:
    """Test examples for each training example, where parts are drawn anew; 0 where the test part is fixed.

    With a fixed one all trainings share one training part, nothing is resampled, and splits differ by their seeds
    alone. Where a sample of the training part is trained on, or some of it is set aside, the whole part counts: samples
    overlap less than the parts that they are drawn from.
    """
    if cell.folds == 1 and not _is_drawn(run, cell.task):
        return 0.0
    facts = run.manifest.tasks.get(cell.task)
    tested = sum(split.test_examples for split in splits)
    if facts is not None and (cell.train_examples is not None or cell.validation_share is not None):
        return tested / sum(facts.examples - split.test_examples for split in splits)
    return tested / sum(split.train_examples for split in splits)


def estimate(run: Run, cell: AccuracyCell, splits: Sequence[SplitResult], metric: str) -> Estimate:
    """Mean and interval of a metric by the rule for the cell's kind of evaluation."""
    values = [split.metrics[metric] for split in splits]
    ratio = resampling_ratio(run, cell, splits)
    if ratio > 0.0 and len(values) > 1:
        return over_folds(values, ratio)
    if len(values) > 1:
        return over_seeds(values)
    if metric in PROPORTIONS:
        return one_proportion(values[0], splits[0].test_examples)
    return lone(values[0])


def _is_drawn(run: Run, task: str) -> bool:
    """Whether each seed draws a test part of its own."""
    facts = run.manifest.tasks.get(task)
    return facts is not None and facts.design is Evaluation.DRAWN


def _row(run: Run, cell: AccuracyCell, record: Record, metric: str) -> AccuracyRow:
    result = record.result if isinstance(record.result, AccuracyResult) else None
    reason = record.reason or ""
    if result and not all(math.isfinite(split.metrics[metric]) for split in result.splits):
        result, reason = None, f"{metric} is not finite in every split"
    measured = estimate(run, cell, result.splits, metric) if result else None
    bounds = metric_of(metric)
    return AccuracyRow(
        task=cell.task,
        architecture=cell.architecture,
        implementation=cell.implementation,
        device=cell.device,
        metric=metric,
        mean=measured.mean if measured else None,
        std=measured.std if measured else None,
        ci_low=max(measured.low, bounds.lowest) if measured and measured.low is not None else None,
        ci_high=min(measured.high, bounds.highest) if measured and measured.high is not None else None,
        folds=cell.folds,
        seeds=len(cell.seeds),
        epochs=cell.epochs,
        parameters=result.parameters if result else None,
        interval=measured.method if measured else "",
        certificate=run.certificates.standing(cell),
        status=record.status,
        reason=one_line(reason),
        network=cell.network,
        run=run.label,
    )

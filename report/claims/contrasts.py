"""Contrasts of two trainings, or of two times."""

from report.claims.base import Contrast
from report.claims.evidence import Evidence
from report.claims.measures import Measure, measure_of, smallest_effect
from report.claims.trained import Trained
from report.runs.measurements import Measurement
from report.runs.pairing import paired_splits
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.tables.accuracy import resampling_ratio
from report.text.naming import architecture_title


def contrast(
    first: Trained, second: Trained, place: str | None = None, metric: str | None = None, smallest: float | None = None
) -> Contrast | None:
    """Two trainings of one task, paired by seed and fold; None where the metric is not finite, or has no direction.

    Args:
        place: where the claim says something; the task, if not given.
        metric: by which they are compared; the task's principal one, if not given.
        smallest: effect worth mentioning; by `smallest_effect`, if not given.
    """
    name = metric or first.metric
    measure = measure_of(name)
    others = second.values(name)
    if measure is None or not others or not first.values(name):
        return None
    pairs = paired_splits(first.result.splits, second.result.splits, second.cell)
    return Contrast(
        place=place or first.cell.task,
        first=first.title,
        second=second.title,
        by=first.cell.implementation + ("" if first.cell.device == "cpu" else f" on {first.cell.device}"),
        measure=measure,
        gains=tuple(measure.sign * (one.metrics[name] - other.metrics[name]) for one, other in pairs),
        smallest=smallest_effect(name, mean_of(others)) if smallest is None else smallest,
        test_to_train=resampling_ratio(first.run, first.cell, [one for one, _ in pairs]) if pairs else 0.0,
        run=first.run.label,
        records=(first.key, second.key),
        data=first.facts.dataset,
    )


def contrast_of_times(
    evidence: Evidence,
    runs: tuple[Run, Run],
    first: Measurement,
    second: Measurement,
    place: str,
    measure: Measure,
    smallest: float,
) -> Contrast:
    """How many times as fast the first is as the second, launch by launch, as a logarithm."""
    return Contrast(
        place=place,
        first=first.cell.implementation,
        second=second.cell.implementation,
        by=f"{first.cell.task}, {architecture_title(first.cell.architecture)}, batch {first.batch_size}",
        measure=measure,
        gains=tuple(second.log_ratios_to(first).values()),
        smallest=smallest,
        test_to_train=0.0,
        run=runs[0].label,
        records=(*evidence.timing_keys(runs[0], first), *evidence.timing_keys(runs[1], second)),
        data=data_of(runs[0], first.cell.task),
    )


def data_of(run: Run, task: str) -> str:
    """A task's data set; the task itself where the manifest does not say."""
    facts = run.manifest.tasks.get(task)
    return task if facts is None else facts.dataset

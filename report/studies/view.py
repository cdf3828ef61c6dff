"""A study's table, to be read."""

from collections.abc import Sequence

from benchmarks.metrics.evaluate import metric_of
from report.studies.rows import StudyRow
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import integer, metric_interval, metric_value, seconds
from report.text.naming import architecture_title


def _value(value: float | None, metric: str) -> str:
    return metric_value(metric_of(metric), value)


def _interval(low: float | None, high: float | None, metric: str) -> str:
    return metric_interval(metric_of(metric), low, high)


COLUMNS = (
    Column("Study", "study"),
    Column("Task", "task"),
    Column("Network", "recipe", architecture_title),
    Column("Variant", "variant"),
    Column("Learning rate chosen by", "chosen_by"),
    Column("Chosen", "chosen"),
    Column("Metric", "metric", lambda name: metric_of(name).title),
    quantity("Mean", ("mean", "metric"), _value),
    quantity("95 % interval", ("ci_low", "ci_high", "metric"), _interval),
    quantity("On training examples", ("training", "metric"), _value),
    quantity("On validation parts", ("validation", "metric"), _value),
    quantity("Best in hindsight", ("in_hindsight", "metric"), _value),
    quantity("Trainings", "trainings", integer),
    quantity("Training examples", "train_examples", integer),
    quantity("Parameters", "parameters", integer),
    quantity("Seconds a training", "train_s", seconds),
    Column("Implementation", "implementation"),
    Column("Failed", "reason"),
)


def studies_view(rows: Sequence[StudyRow], several: bool) -> View:
    """All variants, those that failed marked."""
    run = Column("Run", "run") if several else None
    return view("studies", "Variants of the study", COLUMNS, rows, lambda row: row.status != "done", run)

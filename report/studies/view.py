"""A study's table, to be read."""

from collections.abc import Sequence

from benchmarks.metrics.evaluate import metric_of
from report.studies.compiling import CompilingRow
from report.studies.rows import StudyRow
from report.studies.searches import SearchRow
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import between, integer, metric_difference, metric_interval, metric_value, number, seconds
from report.text.naming import architecture_title

#: How a search's method is called.
METHOD_TITLES = {"tpe": "Parzen estimators (TPE)", "random": "random", "grid": "grid"}


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


SEARCH_COLUMNS = (
    Column("Study", "study"),
    Column("Task", "task"),
    Column("Network", "recipe", architecture_title),
    Column("Method", "method", METHOD_TITLES.__getitem__),
    quantity("Trials", "trials", integer),
    quantity("Searches", "searches", integer),
    Column("Metric", "metric", lambda name: metric_of(name).title),
    quantity("Nested (test part)", ("nested", "metric"), _value),
    quantity("95 % interval", ("ci_low", "ci_high", "metric"), _interval),
    quantity("Not nested (validation part)", ("not_nested", "metric"), _value),
    quantity("Optimism", ("optimism", "metric"), lambda value, name: metric_difference(metric_of(name), value)),
    quantity("Best in hindsight", ("in_hindsight", "metric"), _value),
    quantity("Trials that failed", "failed_trials", integer),
    Column("What mattered", "importances"),
    Column("Implementation", "implementation"),
)


def searches_view(rows: Sequence[SearchRow], several: bool) -> View:
    """All networks and methods, those without a result marked."""
    run = Column("Run", "run") if several else None
    return view("searches", "Searches for hyperparameters", SEARCH_COLUMNS, rows, lambda row: row.nested is None, run)


def _paying(steps: int | None, most_times_as_fast: float | None) -> str:
    if steps is not None:
        return integer(steps)
    return "never" if most_times_as_fast is not None and most_times_as_fast < 1 else "not shown to"


COMPILING_COLUMNS = (
    Column("Task", "task"),
    Column("Network", "architecture", architecture_title),
    Column("As it comes", "base"),
    Column("Compiled", "compiled"),
    Column("Device", "device"),
    quantity("Batch", "batch_size", integer),
    quantity("First step", "first_base_s", seconds),
    quantity("First step, compiled", "first_compiled_s", seconds),
    quantity("Later step", "step_base_s", seconds),
    quantity("Later step, compiled", "step_compiled_s", seconds),
    quantity("Times as fast", "speedup", number),
    quantity("95 % interval", ("speedup_low", "speedup_high"), between),
    quantity("Pays after steps", ("break_even", "speedup_high"), _paying),
    quantity("Launches", "launches", integer),
)


def compiling_view(rows: Sequence[CompilingRow], several: bool) -> View:
    """All networks at all batch sizes."""
    run = Column("Run", "run") if several else None
    caption = "What compiling costs and saves"
    return view("compiling", caption, COMPILING_COLUMNS, rows, lambda _: False, run)

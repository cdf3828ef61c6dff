"""The views of the four tables: each column declared once, with its title, its fields and how they are shown."""

from collections.abc import Sequence

from benchmarks.metrics.evaluate import metric_of
from report.runs.certification import TRUSTED
from report.tables.accuracy import AccuracyRow
from report.tables.certificates import CertificateRow
from report.tables.comparisons import ComparisonRow
from report.tables.speed import SpeedRow
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import (
    ABSENT,
    between_rounded,
    error_size,
    integer,
    mebibytes,
    metric_difference_rounded,
    metric_interval_rounded,
    metric_margin,
    metric_rounded,
    metric_spread,
    number,
    p_value,
    percent,
    rounded_by,
    seconds,
    seconds_between,
    seconds_rounded,
)
from report.text.naming import OPERATIONS, architecture_title, higher_is_better

#: Stands by every number of an implementation that was not shown to compute the same.
UNCERTIFIED = "⚠"

#: Which way a metric is good.
BETTER = {True: "higher", False: "lower", None: ABSENT}
STEPS = {True: "compiled", False: "eager", None: "unknown"}


def _implementation(name: str, certificate: str) -> str:
    return name if certificate in TRUSTED else f"{name} {UNCERTIFIED}"


def _side(architecture: str, implementation: str, device: str, certificate: str) -> str:
    """One side of a comparison: `LSTM torch cpu`."""
    return f"{architecture_title(architecture)} {_implementation(implementation, certificate)} {device}"


def _mean(value: float | None, low: float | None, high: float | None, metric: str) -> str:
    return ABSENT if value is None else metric_rounded(metric_of(metric), value, low, high)


def _interval(low: float | None, high: float | None, metric: str) -> str:
    if low is None or high is None:
        return ABSENT
    return metric_interval_rounded(metric_of(metric), low, high)


def _difference(value: float | None, low: float | None, high: float | None, metric: str) -> str:
    return metric_difference_rounded(metric_of(metric), value, low, high)


def _difference_interval(low: float | None, high: float | None, metric: str) -> str:
    if low is None:
        return ABSENT
    upper = metric_difference_rounded(metric_of(metric), high, low, high, unit=True)
    return f"{_difference(low, low, high, metric)} to {upper}"


def _spread(value: float | None, metric: str) -> str:
    """A standard deviation, or a difference without a sign."""
    return ABSENT if value is None else metric_spread(metric_of(metric), value)


def _median(value: float | None, low: float | None, high: float | None) -> str:
    return ABSENT if value is None else seconds_rounded(value, low, high)


def _rate(rate: float | None, time: float | None, low: float | None, high: float | None) -> str:
    """Examples a second, which are known as well as the time is."""
    if rate is None or time is None or low is None or high is None:
        return number(rate)
    return rounded_by(rate, rate * time / high, rate * time / low)


def _ratio(ratio: float | None, low: float | None, high: float | None) -> str:
    return ABSENT if ratio is None else rounded_by(ratio, low, high)


def _conclusion(conclusion: str, not_finite_a: int, not_finite_b: int, splits: int) -> str:
    """With the number of trainings that diverged on each side."""
    sides = [f"{side} in {count}" for side, count in (("A", not_finite_a), ("B", not_finite_b)) if count]
    return f"{conclusion} ({', '.join(sides)} of {splits} splits)" if sides else conclusion


def _ratio_with_interval(ratio: float | None, low: float | None, high: float | None) -> str:
    return ABSENT if ratio is None else f"{rounded_by(ratio, low, high)} ({between_rounded(low, high)})"


def _both_runs(first: str, second: str) -> str:
    return first if first == second else f"{first} − {second}"


RUN = Column("Run", "run")
WHERE = (Column("Task", "task"), Column("Network", "architecture", architecture_title))
CERTIFIED_PLACE = (
    *WHERE,
    Column("Implementation", ("implementation", "certificate"), _implementation),
    Column("Device", "device"),
)
ACCURACY_COLUMNS = (
    *CERTIFIED_PLACE,
    Column("Metric", "metric", lambda metric: metric_of(metric).title),
    Column("Better", "metric", lambda metric: BETTER[higher_is_better(metric)]),
    quantity("Mean", ("mean", "ci_low", "ci_high", "metric"), _mean),
    quantity("SD", ("std", "metric"), _spread),
    quantity("95 % interval", ("ci_low", "ci_high", "metric"), _interval),
    quantity("Folds", "folds", integer),
    quantity("Seeds", "seeds", integer),
    quantity("Epochs", "epochs", integer),
    quantity("Parameters", "parameters", integer),
    Column("Method of the interval", "interval"),
    Column("Certificate", "certificate"),
    Column("Why it failed", "reason"),
)
SPEED_COLUMNS = (
    *CERTIFIED_PLACE,
    Column("Operation", "operation", OPERATIONS.__getitem__),
    quantity("Batch", "batch_size", integer),
    quantity("Median", ("median_s", "ci_low_s", "ci_high_s"), _median),
    quantity("95 % interval", ("ci_low_s", "ci_high_s"), seconds_between),
    quantity("Examples/s", ("samples_per_s", "median_s", "ci_low_s", "ci_high_s"), _rate),
    quantity("÷ torch", ("ratio_to_torch", "ratio_low", "ratio_high"), _ratio),
    quantity("95 % interval of the ratio", ("ratio_low", "ratio_high"), between_rounded),
    quantity("÷ torch+compile", ("ratio_to_torch_compile", "ratio_compile_low", "ratio_compile_high"), _ratio),
    quantity("First step", "first_step_s", seconds),
    quantity("Peak memory", "peak_memory_bytes", mebibytes),
    quantity("Share of peak", "share_of_peak", lambda share: percent(share, decimals=1)),
    quantity("Launches", "launches", integer),
    quantity("Disturbed", "disturbed", integer),
    Column("Step", "compiled", STEPS.__getitem__),
    Column("Certificate", "certificate"),
    Column("Why it failed", "reason"),
)
TO_FIRST_RUN = quantity("÷ first run", ("ratio_to_first_run", "first_run_low", "first_run_high"), _ratio_with_interval)
CERTIFICATE_COLUMNS = (
    *WHERE,
    Column("Implementation", "implementation"),
    Column("Device", "device"),
    Column("Type", "dtype"),
    Column("Stage", "stage", lambda stage: stage or ABSENT),
    quantity("Largest error", "worst", error_size),
    quantity("Bound", "bound", error_size),
    Column("Tensor", "tensor"),
    Column("Passed", "passed", lambda passed: "yes" if passed else "no"),
    Column("Detail", "detail"),
)
COMPARISON_COLUMNS = (
    Column("Task", "task"),
    Column("Metric", "metric", lambda metric: metric_of(metric).title),
    Column("Question", "question"),
    Column("A", ("architecture_a", "implementation_a", "device_a", "certificate_a"), _side),
    Column("B", ("architecture_b", "implementation_b", "device_b", "certificate_b"), _side),
    quantity("A − B", ("difference", "ci_low", "ci_high", "metric"), _difference),
    quantity("95 % interval", ("ci_low", "ci_high", "metric"), _difference_interval),
    quantity("p (difference)", "p_difference_holm", p_value),
    quantity("Margin", ("margin", "metric"), lambda margin, metric: metric_margin(metric_of(metric), margin)),
    quantity("p (equivalence)", "p_equivalence_holm", p_value),
    quantity("Detectable", ("detectable", "metric"), _spread),
    quantity("Splits", "splits", integer),
    Column("Conclusion", ("conclusion", "not_finite_a", "not_finite_b", "splits"), _conclusion),
)
BOTH_RUNS = Column("Run", ("run_a", "run_b"), _both_runs)


def accuracy_view(rows: Sequence[AccuracyRow], several: bool) -> View:
    """Means with standard deviation and interval."""
    return view(
        "accuracy",
        "Accuracy on held-out data",
        ACCURACY_COLUMNS,
        rows,
        lambda row: row.certificate not in TRUSTED or row.status == "failed",
        RUN if several else None,
    )


def speed_view(rows: Sequence[SpeedRow], several: bool) -> View:
    """Times with intervals, rates and ratios."""
    return view(
        "speed",
        "Time of a call",
        (*SPEED_COLUMNS, TO_FIRST_RUN) if several else SPEED_COLUMNS,
        rows,
        lambda row: row.certificate not in TRUSTED or row.status == "failed" or row.disturbed > row.launches / 2,
        RUN if several else None,
    )


def certificates_view(rows: Sequence[CertificateRow], several: bool) -> View:
    """The largest error of each stage with its bound."""
    return view(
        "certificates",
        "Equivalence with the reference, stage by stage",
        CERTIFICATE_COLUMNS,
        rows,
        lambda row: not row.passed,
        RUN if several else None,
    )


def comparisons_view(rows: Sequence[ComparisonRow], several: bool) -> View:
    """Pairs with their difference and what follows from it."""
    return view(
        "comparisons",
        "Pairs compared on the same splits; p-values adjusted by Holm's method within each question",
        COMPARISON_COLUMNS,
        rows,
        lambda row: row.certificate_a not in TRUSTED or row.certificate_b not in TRUSTED,
        BOTH_RUNS if several else None,
    )

"""The views of the four tables."""

from collections.abc import Sequence

from report.runs.certification import TRUSTED
from report.tables.accuracy import AccuracyRow
from report.tables.certificates import CertificateRow
from report.tables.comparisons import ComparisonRow
from report.tables.speed import SpeedRow
from report.tables.views.base import Column, Row, View, numeric, text, view
from report.text.formatting import (
    ABSENT,
    between,
    integer,
    mebibytes,
    metric_difference,
    metric_interval,
    metric_margin,
    metric_value,
    number,
    p_value,
    percent,
    seconds,
    seconds_between,
)
from report.text.naming import OPERATIONS, architecture_title, higher_is_better, metric_of

#: Stands by every number of an implementation that was not shown to compute the same.
UNCERTIFIED = "⚠"

#: Which way a metric is good.
BETTER = {True: "higher", False: "lower", None: ABSENT}

PLACE = (Column("Task"), Column("Architecture"), Column("Implementation"), Column("Device"))


def accuracy_view(rows: Sequence[AccuracyRow], several: bool) -> View:
    """Means with deviation and interval."""
    columns = (
        *PLACE,
        Column("Metric"),
        Column("Better"),
        Column("Mean", numeric=True),
        Column("Std", numeric=True),
        Column("95 % interval", numeric=True),
        Column("Folds × seeds", numeric=True),
        Column("Epochs", numeric=True),
        Column("Parameters", numeric=True),
        Column("Interval by"),
        Column("Certificate"),
        Column("Failed because"),
    )
    return view("accuracy", "Accuracy on held-out data", columns, [_accuracy_row(row) for row in rows], several)


def _accuracy_row(row: AccuracyRow) -> Row:
    metric = metric_of(row.metric)
    return Row(
        (
            text(row.task),
            text(architecture_title(row.architecture)),
            text(_implementation(row.implementation, row.certificate)),
            text(row.device),
            text(metric.title),
            text(BETTER[higher_is_better(row.metric)]),
            numeric(metric_value(metric, row.mean), row.mean),
            numeric(metric_value(metric, row.std), row.std),
            numeric(metric_interval(metric, row.ci_low, row.ci_high), row.ci_low),
            numeric(f"{row.folds} × {row.seeds}", row.folds * row.seeds),
            numeric(integer(row.epochs), row.epochs),
            numeric(integer(row.parameters), row.parameters),
            text(row.interval),
            text(row.certificate),
            text(row.reason),
            text(row.run),
        ),
        marked=row.certificate not in TRUSTED or row.status == "failed",
    )


def speed_view(rows: Sequence[SpeedRow], several: bool) -> View:
    """Times with intervals, rates and ratios."""
    columns = [
        *PLACE,
        Column("Operation"),
        Column("Batch", numeric=True),
        Column("Median", numeric=True),
        Column("95 % interval", numeric=True),
        Column("Examples/s", numeric=True),
        Column("÷ torch", numeric=True),
        Column("95 % interval of the ratio", numeric=True),
        Column("÷ torch+compile", numeric=True),
        Column("First step", numeric=True),
        Column("Peak memory", numeric=True),
        Column("Share of peak", numeric=True),
        Column("Launches", numeric=True),
        Column("Disturbed", numeric=True),
        Column("Step"),
        Column("Certificate"),
        Column("Failed because"),
    ]
    if several:
        columns.append(Column("÷ first run", numeric=True))
    body = [_speed_row(row, several) for row in rows]
    return view("speed", "Seconds a call", columns, body, several)


def _speed_row(row: SpeedRow, several: bool) -> Row:
    first_run = f"{number(row.ratio_to_first_run)} ({between(row.first_run_low, row.first_run_high)})"
    cells = [
        text(row.task),
        text(architecture_title(row.architecture)),
        text(_implementation(row.implementation, row.certificate)),
        text(row.device),
        text(OPERATIONS[row.operation]),
        numeric(integer(row.batch_size), row.batch_size),
        numeric(seconds(row.median_s), row.median_s),
        numeric(seconds_between(row.ci_low_s, row.ci_high_s), row.ci_low_s),
        numeric(number(row.samples_per_s), row.samples_per_s),
        numeric(number(row.ratio_to_torch), row.ratio_to_torch),
        numeric(between(row.ratio_low, row.ratio_high), row.ratio_low),
        numeric(number(row.ratio_to_torch_compile), row.ratio_to_torch_compile),
        numeric(seconds(row.first_step_s), row.first_step_s),
        numeric(mebibytes(row.peak_memory_bytes), row.peak_memory_bytes),
        numeric(percent(row.share_of_peak, decimals=1), row.share_of_peak),
        numeric(integer(row.launches), row.launches),
        numeric(integer(row.disturbed), row.disturbed),
        text({True: "compiled", False: "eager", None: "unknown"}[row.compiled]),
        text(row.certificate),
        text(row.reason),
    ]
    if several:
        cells.append(numeric(ABSENT if row.ratio_to_first_run is None else first_run, row.ratio_to_first_run))
    doubtful = row.certificate not in TRUSTED or row.status == "failed" or row.disturbed > 0
    return Row((*cells, text(row.run)), marked=doubtful)


def certificates_view(rows: Sequence[CertificateRow], several: bool) -> View:
    """The worst figure of each stage beside its bound."""
    columns = (
        *PLACE,
        Column("Type"),
        Column("Stage"),
        Column("Worst", numeric=True),
        Column("Bound", numeric=True),
        Column("Tensor"),
        Column("Passed"),
        Column("Detail"),
    )
    body = [
        Row(
            (
                text(row.task),
                text(architecture_title(row.architecture)),
                text(row.implementation),
                text(row.device),
                text(row.dtype),
                text(row.stage or ABSENT),
                numeric(ABSENT if row.worst is None else f"{row.worst:.1e}", row.worst),
                numeric(ABSENT if row.bound is None else f"{row.bound:.1e}", row.bound),
                text(row.tensor),
                text("yes" if row.passed else "no"),
                text(row.detail),
                text(row.run),
            ),
            marked=not row.passed,
        )
        for row in rows
    ]
    return view("certificates", "Equivalence with the reference, stage by stage", columns, body, several)


def comparisons_view(rows: Sequence[ComparisonRow], several: bool) -> View:
    """Pairs with their difference and what follows from it."""
    columns = (
        Column("Task"),
        Column("Metric"),
        Column("Question"),
        Column("A"),
        Column("B"),
        Column("A − B", numeric=True),
        Column("95 % interval", numeric=True),
        Column("p (difference)", numeric=True),
        Column("Margin", numeric=True),
        Column("p (equivalence)", numeric=True),
        Column("Splits", numeric=True),
        Column("Conclusion"),
    )
    body = [_comparison_row(row) for row in rows]
    return view("comparisons", "Pairs compared on the same splits; p adjusted by Holm", columns, body, several)


def _comparison_row(row: ComparisonRow) -> Row:
    metric = metric_of(row.metric)
    low, high = metric_difference(metric, row.ci_low), metric_difference(metric, row.ci_high, unit=True)
    runs = row.run_a if row.run_a == row.run_b else f"{row.run_a} − {row.run_b}"
    return Row(
        (
            text(row.task),
            text(metric.title),
            text(row.question),
            text(_contender(row.architecture_a, row.implementation_a, row.device_a, row.certificate_a)),
            text(_contender(row.architecture_b, row.implementation_b, row.device_b, row.certificate_b)),
            numeric(metric_difference(metric, row.difference), row.difference),
            numeric(ABSENT if row.ci_low is None else f"{low} to {high}", row.ci_low),
            numeric(p_value(row.p_difference_holm), row.p_difference_holm),
            numeric(metric_margin(metric), row.margin),
            numeric(p_value(row.p_equivalence_holm), row.p_equivalence_holm),
            numeric(integer(row.splits), row.splits),
            text(row.conclusion),
            text(runs),
        ),
        marked=row.certificate_a not in TRUSTED or row.certificate_b not in TRUSTED,
    )


def _contender(architecture: str, implementation: str, device: str, certificate: str) -> str:
    return f"{architecture_title(architecture)} {_implementation(implementation, certificate)} {device}"


def _implementation(name: str, certificate: str) -> str:
    return name if certificate in TRUSTED else f"{name} {UNCERTIFIED}"

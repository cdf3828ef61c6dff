"""Two runs for people: A, B, their ratio and the verdict, a line a network, implementation and quantity."""

from collections.abc import Sequence

from benchmarks.metrics.evaluate import metric_of
from report.comparing.rows import Difference, TwoRuns
from report.comparing.verdicts import Verdict
from report.tables.views.base import Column, Row, View, quantity, text, view
from report.text.formatting import (
    ABSENT,
    between_rounded,
    integer,
    mebibytes,
    metric_difference_rounded,
    metric_value,
    percent,
    rounded_by,
    seconds,
)
from report.text.naming import architecture_title


def two_runs_view(both: TwoRuns, principal: bool) -> View:
    """The table.

    Args:
        principal: only the time of an epoch, peak memory, the principal metric, and what no longer works.
    """
    rows = [row for row in both.rows if row.principal or not principal]
    sure = percent(1 - 2 * both.comparison.limits.alpha, decimals=0)
    what = "B beside A" if principal else "B beside A, all quantities"
    failed = any(row.effect is None and row.reason for row in rows)
    spared = () if not principal else ("Batch",) if failed else ("Batch", "Why")
    return view(
        "two-runs-by-network" if principal else "two-runs",
        f"{what}: B ÷ A of times and memory with its {sure} interval, B − A of metrics with its 95 % interval",
        tuple(column for column in COLUMNS if column.title not in spared),
        rows,
        lambda row: row.verdict is Verdict.WORSE,
    )


def differences_view(differences: Sequence[Difference]) -> View:
    """What differs, a line a fact."""
    body = tuple(Row((text(each.fact), text(each.a), text(each.b))) for each in differences)
    return View("what-differs", "What differs between the two runs", (Column("Fact"), Column("A"), Column("B")), body)


def value_text(value: float | None, unit: str) -> str:
    """A time, an amount of memory, or a metric."""
    if value is None:
        return ABSENT
    if unit == "s":
        return seconds(value)
    return mebibytes(int(value)) if unit == "B" else metric_value(metric_of(unit), value)


def effect_text(effect: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A ratio of times or of memory, or a difference of a metric."""
    if effect is None:
        return ABSENT
    if unit in ("s", "B"):
        return rounded_by(effect, low, high)
    return metric_difference_rounded(metric_of(unit), effect, low, high)


def interval_text(low: float | None, high: float | None, unit: str) -> str:
    """The interval of an effect."""
    if low is None or high is None:
        return ABSENT
    if unit in ("s", "B"):
        return between_rounded(low, high)
    metric = metric_of(unit)
    upper = metric_difference_rounded(metric, high, low, high, unit=True)
    return f"{metric_difference_rounded(metric, low, low, high)} to {upper}"


def _quantity(name: str, unit: str) -> str:
    return metric_of(name).title if unit not in ("s", "B", "") else name


COLUMNS: tuple[Column, ...] = (
    Column("Task", "task"),
    Column("Network", "architecture", architecture_title),
    Column("Implementation", "implementation"),
    Column("Device", "device"),
    Column("Quantity", ("quantity", "unit"), _quantity),
    quantity("Batch", "batch_size", integer),
    quantity("A", ("value_a", "unit"), value_text),
    quantity("B", ("value_b", "unit"), value_text),
    quantity("B ÷ A or B − A", ("effect", "effect_low", "effect_high", "unit"), effect_text),
    quantity("Interval", ("effect_low", "effect_high", "unit"), interval_text),
    Column("Verdict", "verdict"),
    Column("Why", "reason"),
)

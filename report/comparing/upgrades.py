"""What other versions of a package changed, as tables: speed, memory, accuracy and trajectories."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from report.comparing.verdicts import Comparison, Figure, Verdict
from report.comparing.views import effect_text, interval_text, value_text
from report.tables.views.base import Column, Row, View, quantity, text, view
from report.text.formatting import ABSENT, counted, number, p_value

#: What is shown together, in order, and the quantities of figures that belong to it.
PARTS = {
    "speed": ("time",),
    "memory": ("memory",),
    "accuracy": ("accuracy", "cell"),
    "trajectory": ("trajectory", "certificate"),
}
TITLES = {
    "speed": "Speed: time of a call",
    "memory": "Peak memory",
    "accuracy": "Accuracy, and what does not run",
    "trajectory": "Training trajectories: the certificate between the versions",
}
#: Verdicts as the overview counts them.
COUNTED = (Verdict.WORSE, Verdict.BETTER, Verdict.NOT_WORSE, Verdict.IDENTICAL, Verdict.UNCERTAIN)


@dataclass(frozen=True)
class UpgradeRow:
    """A figure under two versions; numbers are None where there is none to compare."""

    baseline: str
    candidate: str
    part: str
    figure: str
    #: "s", "B", a metric's name, or empty.
    unit: str
    value_a: float | None
    value_b: float | None
    #: B ÷ A for times and memory, B − A for a metric.
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    p_value: float | None
    verdict: Verdict
    reason: str


def upgrade_rows(comparisons: Sequence[Comparison]) -> list[UpgradeRow]:
    """A row a figure, comparison by comparison and part by part."""
    return [
        UpgradeRow(
            baseline=each.baseline,
            candidate=each.candidate,
            part=part,
            figure=figure.name,
            unit=figure.unit,
            value_a=figure.baseline,
            value_b=figure.candidate,
            effect=figure.effect,
            effect_low=figure.low,
            effect_high=figure.high,
            p_value=figure.p_value,
            verdict=figure.verdict,
            reason=figure.reason,
        )
        for each in comparisons
        for part in PARTS
        for figure in _of_part(each, part)
    ]


def overview(comparisons: Sequence[Comparison]) -> View:
    """A row a version: what its speed, memory, accuracy and trajectories come to beside the baseline's."""
    body = tuple(
        Row(
            (text(each.candidate), *(text(_sum_up(_of_part(each, part), part)) for part in PARTS)),
            marked=bool(each.of(Verdict.WORSE)),
        )
        for each in comparisons
    )
    columns = (Column("Version (B)"), *(Column(part.capitalize()) for part in PARTS))
    return View("versions-overview", "What each version changes", columns, body)


def part_view(comparison: Comparison, part: str, number_of: int) -> View:
    """The figures of one part of a comparison.

    Args:
        comparison: of two versions.
        part: one of PARTS.
        number_of: of the comparison on its page, which makes the table's name its own.
    """
    rows = [row for row in upgrade_rows([comparison]) if row.part == part]
    return view(
        f"version-{number_of}-{part}",
        TITLES[part],
        COLUMNS if any(row.effect is not None for row in rows) else WITHOUT_NUMBERS,
        rows,
        lambda row: row.verdict is Verdict.WORSE,
    )


def _of_part(comparison: Comparison, part: str) -> list[Figure]:
    return [figure for figure in comparison.figures if figure.quantity in PARTS[part]]


def _sum_up(figures: Sequence[Figure], part: str) -> str:
    """`0.98 × (0.91 to 1.05) in 14 figures: 2 better, 12 not worse`."""
    if not figures:
        return "not measured: the trajectories are identical" if part == "accuracy" else ABSENT
    counts = ", ".join(
        f"{count} {verdict}" for verdict in COUNTED if (count := sum(each.verdict is verdict for each in figures))
    )
    ratios = [each.effect for each in figures if each.effect is not None and each.unit in ("s", "B")]
    if not ratios:
        return counts
    spread = f"{number(median(ratios))} × ({number(min(ratios))} to {number(max(ratios))})"
    return f"{spread} in {counted(len(ratios), 'figure')}: {counts}"


WITHOUT_NUMBERS = (Column("Figure", "figure"), Column("Verdict", "verdict"), Column("Why", "reason"))
COLUMNS = (
    Column("Figure", "figure"),
    quantity("A", ("value_a", "unit"), value_text),
    quantity("B", ("value_b", "unit"), value_text),
    quantity("B ÷ A or B − A", ("effect", "effect_low", "effect_high", "unit"), effect_text),
    quantity("Interval", ("effect_low", "effect_high", "unit"), interval_text),
    quantity("p", "p_value", p_value),
    Column("Verdict", "verdict"),
    Column("Why", "reason"),
)

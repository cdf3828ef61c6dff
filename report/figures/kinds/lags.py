"""What is left of a network's accuracy when what it must remember lies further back."""

from collections.abc import Iterator

from benchmarks.metrics.evaluate import metric_of
from report.figures.base import FigureKind, Sources
from report.figures.looks import BASELINE, look_of_architecture
from report.figures.metrics import metric_axis
from report.figures.plain import Axis, Dashes, Drawing, Entry, Figure, Line, LinePanel, Look
from report.tables.lags import LagFamily, lag_families
from report.text.naming import architecture_title, one_line

#: Line styles of baselines, which have no colour.
BASELINE_DASHES: tuple[Dashes, ...] = (":", (0.0, (1.0, 3.0)), "-.")


def plan(sources: Sources) -> Iterator[Figure]:
    """One panel a family of tasks: mean of the principal metric against the lag, a line a network or baseline."""
    for family in lag_families(sources.run, sources.accuracy):
        yield _figure(family)


def _figure(family: LagFamily) -> Figure:
    known = [curve.architecture for curve in family.curves if not curve.is_baseline]
    lines: list[Line] = []
    entries: list[Entry] = []
    for curve in family.curves:
        if curve.is_baseline:
            number = sum(entry.look.color == BASELINE.color for entry in entries)
            look = Look(BASELINE.color, "", BASELINE_DASHES[number % len(BASELINE_DASHES)])
        else:
            look = look_of_architecture(curve.architecture, known)
        means = tuple(curve.means.values())
        lines.append(Line(tuple(curve.means), means, look))
        entries.append(
            Entry(f"{architecture_title(curve.architecture)}{' (baseline)' if curve.is_baseline else ''}", look)
        )
    ticks = tuple(float(lag) for lag in sorted({lag for curve in family.curves for lag in curve.means}))
    title = f"{metric_of(family.metric).title.capitalize()} against lag: {family.name}"
    return Figure(
        name=f"lags {family.name}",
        title=title,
        caption=f"Means on held-out data, by {family.implementation}; each lag is a task of its own, trained afresh.",
        alternative=f"{title}: one line for each of {', '.join(entry.label for entry in entries)}; the accuracy table "
        "has the numbers.",
        drawing=Drawing(
            panels=(
                LinePanel(
                    one_line(family.name),
                    tuple(lines),
                    Axis("lag (positions)", ticks=ticks),
                    metric_axis(family.metric),
                ),
            ),
            columns=1,
            heights=(3.4,),
            legend=tuple(entries),
        ),
        section="sequences",
    )


KIND = FigureKind("lags", "sequences", plan)

"""Learning curves: training loss and the principal metric against the epoch."""

import math
from collections.abc import Iterator, Sequence

from benchmarks.metrics.evaluate import metric_of
from report.figures.base import MOST_FIGURES, FigureKind, Sources
from report.figures.looks import BASELINE, legend_of, look_of
from report.figures.metrics import metric_axis
from report.figures.plain import Axis, Drawing, Entry, Figure, Line, LinePanel, Panel
from report.runs.baselines import BestBaseline
from report.runs.curves import Curve, Series, examples_behind_points
from report.text.formatting import integer
from report.text.naming import architecture_title, implementation_rank, one_line

#: Markers that a line has at most; more would hide it.
MARKERS_A_LINE = 8
#: Networks side by side, and the height of a panel, also where there are more.
NETWORKS_A_ROW = 3
PANEL_HEIGHT, SMALL_PANEL_HEIGHT = 2.9, 2.2


def plan(sources: Sources) -> Iterator[Figure]:
    """A figure a task, its networks side by side, the loss above the metric."""
    for task in sources.tasks[:MOST_FIGURES]:
        curves = sources.run.curves.get(task, {})
        if curves:
            yield _figure(sources, task, curves)


def _figure(sources: Sources, task: str, curves: dict[tuple[str, str], list[Curve]]) -> Figure:
    run, known = sources.run, sources.known
    metric = str(run.principal_metric(task))
    baseline = run.best_baselines.get(task)
    columns = min(NETWORKS_A_ROW, max(2, len(curves)))
    rows = math.ceil(len(curves) / columns)
    panels: list[Panel | None] = [None] * (2 * rows * columns)
    for number, ((architecture, device), here) in enumerate(curves.items()):
        place = 2 * (number // columns) * columns + number % columns
        title = one_line(f"{task}: {architecture_title(architecture)}, {device}")
        loss = [(curve, curve.loss) for curve in here]
        reached = [(curve, curve.metric) for curve in here]
        panels[place] = LinePanel(title, _lines(loss, known), Axis("epoch", whole=True), Axis("training loss"))
        panels[place + columns] = LinePanel(
            "",
            _lines(reached, known),
            Axis("epoch", whole=True),
            metric_axis(metric),
            level=None if baseline is None else baseline.mean,
        )
    implementations = {curve.implementation for here in curves.values() for curve in here}
    height = PANEL_HEIGHT if rows == 1 else SMALL_PANEL_HEIGHT
    title = f"Learning curves on {task}"
    behind = examples_behind_points(run.trained(task))
    return Figure(
        name=f"learning curves {task}",
        title=title,
        caption="Mean over the splits (folds and seeds), with a band of one standard deviation to either side. "
        "Implementations that do the same lie on one another: each line shows through the gaps of those above it."
        + (
            f" Points rest on the first {integer(behind)} held-out examples, those of the last epoch on all."
            if behind is not None
            else ""
        ),
        alternative=f"{title}: training loss and held-out {metric_of(metric).title} against the epoch, one line for "
        f"each of {', '.join(sorted(implementations, key=implementation_rank))}.",
        drawing=Drawing(
            panels=tuple(panels),
            columns=columns,
            heights=(height,) * len(panels),
            legend=legend_of(implementations, known)
            + (() if baseline is None else (Entry(_baseline_label(baseline), BASELINE),)),
        ),
        section="learning",
        shown="folded" if sources.many_trained else "open",
    )


def _lines(series: Sequence[tuple[Curve, Series]], known: Sequence[str]) -> tuple[Line, ...]:
    """Each thinner than the one below it, with its markers at other points."""
    lines = []
    for index, (curve, values) in enumerate(series):
        step = max(len(series), math.ceil(len(curve.epochs) / MARKERS_A_LINE))
        lines.append(
            Line(
                x=tuple(float(epoch) for epoch in curve.epochs),
                y=values.mean,
                look=look_of(curve.implementation, known),
                width=max(1.0, 2.4 - 0.3 * index),
                markers=(index * step // len(series), step),
                band=values.band,
            )
        )
    return tuple(lines)


def _baseline_label(baseline: BestBaseline) -> str:
    which = "baseline" if baseline.among == 1 else f"best of {baseline.among} baselines"
    return f"{architecture_title(baseline.cell.architecture)} ({which})"


KIND = FigureKind("learning curves", "learning", plan, lacking="no learning curve recorded")

"""Accuracies of all networks and baselines with their intervals."""

from collections.abc import Iterator, Sequence

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import legend_of, look_of
from report.figures.metrics import metric_axis
from report.figures.plain import Drawing, Figure, IntervalPanel, Point, spread_rows
from report.tables.accuracy import AccuracyRow
from report.text.naming import architecture_title, implementation_rank, one_line

#: Share of a row's height over which its implementations are spread.
SPREAD = 0.7
COLUMNS = 2
#: Inches that the panels of a figure are high together: what is higher cannot be read on a printed page.
MOST_HEIGHT = 10.0


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each task."""
    run = sources.run
    tasks: dict[str, list[AccuracyRow]] = {}
    for row in sources.accuracy:
        if row.mean is not None and run.principal_metric(row.task) == row.metric:
            tasks.setdefault(row.task, []).append(row)
    if not tasks:
        return
    shown, remark = first_of(sorted(tasks), "tasks")
    implementations = {row.implementation for task in shown for row in tasks[task]}
    parts = list(_parts([_panel(tasks[task], sources.known) for task in shown], len(implementations)))
    for number, (panels, heights) in enumerate(parts, 1):
        title = "Accuracy of networks and baselines"
        if len(parts) > 1:
            title += f", {panels[0].title} to {panels[-1].title}"
        yield Figure(
            name="accuracies" if number == 1 else f"accuracies {number}",
            title=title,
            caption="Mean of each task's principal metric on held-out data with its 95 % interval; the axes do not "
            "begin at zero. Overlapping intervals say little about a difference: all were evaluated on the same "
            f"splits, and the comparisons table tests the differences on them.{remark}",
            alternative=f"{title}: one panel a task, one line a network or baseline, mean and 95 % interval of the "
            f"principal metric, for {', '.join(sorted(implementations, key=implementation_rank))}.",
            drawing=Drawing(
                panels=tuple(panels),
                columns=COLUMNS if len(shown) > 1 else 1,
                heights=tuple(heights),
                legend=legend_of(implementations, sources.known),
                lines=False,
            ),
            section="accuracy",
        )


def _parts(panels: Sequence[IntervalPanel], implementations: int) -> Iterator[tuple[list[IntervalPanel], list[float]]]:
    """The panels of each figure with their heights, in rows of some columns."""
    heights = [0.9 + max(0.26, 0.09 * implementations) * len(panel.rows) for panel in panels]
    first, total = 0, 0.0
    for start in range(0, len(panels), COLUMNS):
        row = max(heights[start : start + COLUMNS])
        if start > first and total + row > MOST_HEIGHT:
            yield list(panels[first:start]), heights[first:start]
            first, total = start, 0.0
        total += row
    yield list(panels[first:]), heights[first:]


def _panel(rows: Sequence[AccuracyRow], known: Sequence[str]) -> IntervalPanel:
    """Networks and baselines, on each device."""
    several_devices = len({row.device for row in rows}) > 1
    places = list(dict.fromkeys((row.architecture, row.device) for row in rows))
    points = []
    for number, place in enumerate(places):
        here = [row for row in rows if (row.architecture, row.device) == place]
        for row, offset in zip(here, spread_rows(len(here), SPREAD), strict=True):
            points.append(
                Point(row.mean or 0.0, number + offset, look_of(row.implementation, known), row.ci_low, row.ci_high)
            )
    labels = [
        one_line(f"{architecture_title(label)}{f' {device}' if several_devices else ''}") for label, device in places
    ]
    return IntervalPanel(one_line(rows[0].task), tuple(labels), tuple(points), metric_axis(rows[0].metric))


KIND = FigureKind("accuracies", "accuracy", plan, lacking="no accuracy recorded", detail=False)

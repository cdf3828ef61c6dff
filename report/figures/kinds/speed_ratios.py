"""Times as ratios to eager PyTorch, with their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import legend_of, look_of
from report.figures.metrics import columns_for
from report.figures.plain import Axis, Drawing, Figure, IntervalPanel, Point, spread_rows
from report.tables.speed import SpeedRow
from report.text.naming import OPERATIONS, TORCH, architecture_rank, architecture_title, implementation_rank, one_line

#: Intervals are drawn at most this factor beyond the outermost ratio: those of two launches can be enormous.
BEYOND = 2.0
#: Share of a row's height over which the implementations of one operation are spread.
SPREAD = 0.62

#: A panel's rows: (two sort keys, label) -> what is drawn there.
Rows: TypeAlias = dict[tuple[int, int | str, str], list[SpeedRow]]


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each network with its operations; of many networks a panel a task with the epochs, and one figure
    for each task.
    """
    compared = [row for row in sources.speed if row.ratio_to_torch is not None and row.implementation != TORCH]
    if not compared:
        return
    known, title = sources.known, "Time relative to PyTorch (eager)"
    if not sources.many_timed:
        yield _figure(_by_network(compared), known, "speed ratios", title, OPERATIONS_SHOWN)
        return
    epochs = _by_task(compared)
    if epochs:
        yield _figure(epochs, known, "speed ratios", EPOCHS_TITLE, "one panel a task, one line a network")
    tasks: dict[str, list[SpeedRow]] = {}
    for row in compared:
        tasks.setdefault(row.task, []).append(row)
    for task, rows in tasks.items():
        figure = _figure(_by_network(rows), known, f"speed ratios {task}", f"{title} on {task}", OPERATIONS_SHOWN)
        yield replace(figure, shown="linked")


OPERATIONS_SHOWN = "one panel a network, one line an operation and batch size"
EPOCHS_TITLE = "Time of a training epoch relative to PyTorch (eager)"


def _by_network(rows: Sequence[SpeedRow]) -> dict[str, Rows]:
    panels: dict[str, Rows] = {}
    for row in rows:
        panel = f"{row.task}: {architecture_title(row.architecture)}, {row.device}"
        label = f"{OPERATIONS[row.operation]}, {row.batch_size}"
        place = (list(OPERATIONS).index(row.operation), row.batch_size, label)
        panels.setdefault(panel, {}).setdefault(place, []).append(row)
    return panels


def _by_task(rows: Sequence[SpeedRow]) -> dict[str, Rows]:
    """The training epochs alone."""
    panels: dict[str, Rows] = {}
    for row in rows:
        if row.operation == "train_epoch":
            place = (*architecture_rank(row.architecture), architecture_title(row.architecture))
            panels.setdefault(f"{row.task}, {row.device}", {}).setdefault(place, []).append(row)
    return panels


def _figure(panels: Mapping[str, Rows], known: Sequence[str], name: str, title: str, arrangement: str) -> Figure:
    shown, remark = first_of(list(panels), "panels")
    compared = [row for panel in shown for rows in panels[panel].values() for row in rows]
    implementations = {row.implementation for row in compared}
    low, high = _limits(compared)
    axis = Axis("time ÷ time of torch", logarithmic=True, limits=(low, high))
    cut = any(_is_cut(row, low, high) for row in compared)
    return Figure(
        name=name,
        title=title,
        caption="Time over the time of PyTorch (eager) for the same call: left of 1 is faster. Bars are 95 % intervals "
        "from pairs of process launches; a ratio without a bar rests on one launch."
        + (" An arrowhead marks an interval that goes on beyond the axis." if cut else "")
        + remark,
        alternative=f"{title}: {arrangement}, a point with its interval "
        f"for each of {', '.join(sorted(implementations, key=implementation_rank))}; the speed table has the numbers.",
        drawing=Drawing(
            panels=tuple(_panel(panel, panels[panel], axis, known) for panel in shown),
            columns=columns_for(len(shown)),
            heights=tuple(0.9 + len(panels[panel]) * max(0.26, 0.13 * len(implementations)) for panel in shown),
            legend=legend_of(implementations, known),
            lines=False,
        ),
        section="speed",
    )


def _panel(title: str, rows: Rows, axis: Axis, known: Sequence[str]) -> IntervalPanel:
    ordered = sorted(rows)
    implementations = sorted({row.implementation for here in rows.values() for row in here}, key=implementation_rank)
    offsets = dict(zip(implementations, spread_rows(len(implementations), SPREAD), strict=True))
    points = [
        Point(
            x=row.ratio_to_torch,
            row=number + offsets[row.implementation],
            look=look_of(row.implementation, known),
            low=row.ratio_low,
            high=row.ratio_high,
        )
        for number, place in enumerate(ordered)
        for row in rows[place]
        if row.ratio_to_torch is not None
    ]
    return IntervalPanel(
        one_line(title), tuple(one_line(label) for _, _, label in ordered), tuple(points), axis, level=1.0
    )


def _limits(rows: Sequence[SpeedRow]) -> tuple[float, float]:
    ratios = [row.ratio_to_torch for row in rows if row.ratio_to_torch is not None] + [1.0]
    lows = [row.ratio_low for row in rows if row.ratio_low is not None]
    highs = [row.ratio_high for row in rows if row.ratio_high is not None]
    low = max(min([*lows, *ratios]), min(ratios) / BEYOND)
    high = min(max([*highs, *ratios]), max(ratios) * BEYOND)
    return low / 1.25, high * 1.25


def _is_cut(row: SpeedRow, low: float, high: float) -> bool:
    return row.ratio_low is not None and row.ratio_high is not None and (row.ratio_low < low or row.ratio_high > high)


KIND = FigureKind("speed ratios", "speed", plan, lacking="no timing beside one of torch", detail=False)

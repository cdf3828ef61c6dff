"""Times as ratios to eager PyTorch, with their intervals."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from matplotlib.axes import Axes

from report.figures.style import Figure, columns_for, legend, log_axis, look_of, panels, plain_number, svg_text
from report.tables.speed import SpeedRow
from report.text.naming import OPERATIONS, TORCH, architecture_rank, architecture_title, implementation_rank, one_line

#: Intervals are drawn at most this factor beyond the outermost ratio: those of two launches can be enormous.
BEYOND = 2.0
#: Share of a line's height over which the implementations of one operation are spread.
SPREAD = 0.62

#: A panel's lines: (two sort keys, label) -> what is drawn there.
Lines: TypeAlias = dict[tuple[int, int | str, str], list[SpeedRow]]


def speed_ratios(rows: Sequence[SpeedRow], name: str, known: Sequence[str], only: str | None = None) -> Figure | None:
    """A panel for each network, of one task alone where it is given, a line for each operation and batch size.

    None where nothing but PyTorch was timed, or PyTorch was not.
    """
    groups: dict[str, Lines] = {}
    for row in _compared(rows):
        if only in (None, row.task):
            panel = f"{row.task}: {architecture_title(row.architecture)}, {row.device}"
            line = (list(OPERATIONS).index(row.operation), row.batch_size, _label(row.operation, row.batch_size))
            groups.setdefault(panel, {}).setdefault(line, []).append(row)
    title = f"Time relative to PyTorch (eager){'' if only is None else f' on {only}'}"
    return _figure(groups, name, known, title, "one panel a network, one line an operation and batch size")


def epoch_ratios(rows: Sequence[SpeedRow], name: str, known: Sequence[str]) -> Figure | None:
    """Of many networks the training epoch alone: a panel for each task, a line for each network; None as above."""
    groups: dict[str, Lines] = {}
    for row in _compared(rows):
        if row.operation == "train_epoch":
            line = (*architecture_rank(row.architecture), architecture_title(row.architecture))
            groups.setdefault(f"{row.task}, {row.device}", {}).setdefault(line, []).append(row)
    title = "Time of a training epoch relative to PyTorch (eager)"
    return _figure(groups, name, known, title, "one panel a task, one line a network")


def _compared(rows: Sequence[SpeedRow]) -> list[SpeedRow]:
    return [row for row in rows if row.ratio_to_torch is not None and row.implementation != TORCH]


def _figure(
    groups: Mapping[str, Lines], name: str, known: Sequence[str], title: str, arrangement: str
) -> Figure | None:
    compared = [row for lines in groups.values() for rows in lines.values() for row in rows]
    if not compared:
        return None
    implementations = {row.implementation for row in compared}
    heights = [0.9 + len(lines) * max(0.26, 0.13 * len(implementations)) for lines in groups.values()]
    canvas, axes = panels(len(groups), columns=columns_for(len(groups)), height=heights)
    low, high = _limits(compared)
    for (panel_title, lines), panel in zip(groups.items(), axes, strict=True):
        _draw(lines, panel, known, low, high)
        panel.set_title(one_line(panel_title))
    legend(canvas, implementations, known, lines=False)
    cut = any(_is_cut(row, low, high) for row in compared)
    return Figure(
        name=name,
        title=title,
        caption="Time over the time of PyTorch (eager) for the same call: left of 1 is faster. Bars are 95 % intervals "
        "from pairs of process launches; a ratio without a bar rests on one launch."
        + (" An arrowhead marks an interval that goes on beyond the axis." if cut else ""),
        alternative=f"{title}: {arrangement}, a point with its interval "
        f"for each of {', '.join(sorted(implementations, key=implementation_rank))}; the speed table has the numbers.",
        svg=svg_text(canvas, name, title),
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


def _draw(lines: Lines, axes: Axes, known: Sequence[str], low: float, high: float) -> None:
    ordered = sorted(lines)
    implementations = sorted({row.implementation for rows in lines.values() for row in rows}, key=implementation_rank)
    for number, line in enumerate(ordered):
        for row in lines[line]:
            shift = (implementations.index(row.implementation) + 0.5) / len(implementations) - 0.5
            _draw_ratio(row, number + SPREAD * shift, axes, known, low, high)
    axes.axvline(1.0, color="0.2", linewidth=1.0, zorder=1)
    axes.set(xlim=(low, high), ylim=(len(ordered) - 0.5, -0.5), xlabel="time ÷ time of torch")
    axes.set_yticks(range(len(ordered)), [one_line(label) for _, _, label in ordered])
    axes.grid(visible=False, axis="y")
    log_axis(axes, "x", plain_number)


def _draw_ratio(row: SpeedRow, line: float, axes: Axes, known: Sequence[str], low: float, high: float) -> None:
    look = look_of(row.implementation, known)
    if row.ratio_to_torch is None:
        return
    if row.ratio_low is not None and row.ratio_high is not None:
        axes.plot([max(row.ratio_low, low), min(row.ratio_high, high)], [line, line], color=look.color, linewidth=1.4)
        for bound, edge, arrow, beyond in (
            (row.ratio_low, low, "<", row.ratio_low < low),
            (row.ratio_high, high, ">", row.ratio_high > high),
        ):
            x, marker = (edge, arrow) if beyond else (bound, "|")
            axes.plot([x], [line], marker=marker, color=look.color, markersize=5, clip_on=False)
    axes.plot(
        [row.ratio_to_torch], [line], marker=look.marker, color=look.color, markersize=6.5, markeredgecolor="white",
        markeredgewidth=0.7, linestyle="none", zorder=3,
    )  # fmt: skip


def _label(operation: str, batch_size: int) -> str:
    return f"{OPERATIONS[operation]}, {batch_size}"

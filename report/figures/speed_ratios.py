"""Times as ratios to eager PyTorch, with their intervals."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from report.figures.style import Figure, columns_for, legend, log_axis, look_of, panels, plain_number, svg_text
from report.naming import OPERATIONS, TORCH, architecture_title, implementation_rank, one_line
from report.tables.speed import SpeedRow

#: Intervals are drawn at most this factor beyond the outermost ratio: those of two launches can be enormous.
BEYOND = 2.0
#: Share of a line's height over which the implementations of one operation are spread.
SPREAD = 0.62


def speed_ratios(rows: Sequence[SpeedRow], name: str, known: Sequence[str]) -> Figure | None:
    """A panel for each network; None where nothing but PyTorch was timed, or PyTorch was not."""
    compared = [row for row in rows if row.ratio_to_torch is not None and row.implementation != TORCH]
    networks = list(dict.fromkeys((row.task, row.architecture, row.device) for row in compared))
    if not networks:
        return None
    lines = max(len(_operations(compared, network)) for network in networks)
    implementations = {row.implementation for row in compared}
    height = 0.9 + lines * max(0.26, 0.13 * len(implementations))
    canvas, axes = panels(len(networks), columns=columns_for(len(networks)), height=height)
    low, high = _limits(compared)
    for network, panel in zip(networks, axes, strict=True):
        _draw([row for row in compared if (row.task, row.architecture, row.device) == network], panel, known, low, high)
        task, architecture, device = network
        panel.set_title(one_line(f"{task}: {architecture_title(architecture)}, {device}"))
    legend(canvas, implementations, known, lines=False)
    title = "Time relative to PyTorch (eager)"
    cut = any(_is_cut(row, low, high) for row in compared)
    return Figure(
        name=name,
        title=title,
        caption="Time over the time of PyTorch (eager) for the same call: left of 1 is faster. Bars are 95 % intervals "
        "from pairs of process launches; a ratio without a bar rests on one launch."
        + (" An arrowhead marks an interval that goes on beyond the axis." if cut else ""),
        alternative=f"{title}: one panel a network, one line an operation and batch size, a point with its interval "
        f"for each of {', '.join(sorted(implementations, key=implementation_rank))}; the speed table has the numbers.",
        svg=svg_text(canvas, name, title),
    )


def _operations(rows: Sequence[SpeedRow], network: tuple[str, str, str]) -> list[tuple[str, int]]:
    here = {(row.operation, row.batch_size) for row in rows if (row.task, row.architecture, row.device) == network}
    return sorted(here, key=lambda pair: (list(OPERATIONS).index(pair[0]), pair[1]))


def _limits(rows: Sequence[SpeedRow]) -> tuple[float, float]:
    ratios = [row.ratio_to_torch for row in rows if row.ratio_to_torch is not None] + [1.0]
    lows = [row.ratio_low for row in rows if row.ratio_low is not None]
    highs = [row.ratio_high for row in rows if row.ratio_high is not None]
    low = max(min([*lows, *ratios]), min(ratios) / BEYOND)
    high = min(max([*highs, *ratios]), max(ratios) * BEYOND)
    return low / 1.25, high * 1.25


def _is_cut(row: SpeedRow, low: float, high: float) -> bool:
    return row.ratio_low is not None and row.ratio_high is not None and (row.ratio_low < low or row.ratio_high > high)


def _draw(rows: Sequence[SpeedRow], axes: Axes, known: Sequence[str], low: float, high: float) -> None:
    operations = _operations(rows, (rows[0].task, rows[0].architecture, rows[0].device))
    implementations = sorted({row.implementation for row in rows}, key=implementation_rank)
    for row in rows:
        shift = (implementations.index(row.implementation) + 0.5) / len(implementations) - 0.5
        line = operations.index((row.operation, row.batch_size)) + SPREAD * shift
        _draw_ratio(row, line, axes, known, low, high)
    axes.axvline(1.0, color="0.2", linewidth=1.0, zorder=1)
    axes.set(xlim=(low, high), ylim=(len(operations) - 0.5, -0.5), xlabel="time ÷ time of torch")
    axes.set_yticks(range(len(operations)), [_label(operation, size) for operation, size in operations])
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

"""Draws plain data with Matplotlib: as SVG, and the same as PNG.

Nothing else of the report imports Matplotlib, so that only processes that draw pay for it.
"""

import io
import math
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, LogLocator, MaxNLocator, NullLocator

from report.figures.layout import Grid, text_width
from report.figures.ownership import CREATOR
from report.figures.plain import (
    Axis,
    Drawing,
    Entry,
    HeatPanel,
    IntervalPanel,
    Line,
    LinePanel,
    Look,
    Numbers,
    Panel,
    Point,
)

#: A white ground with a light grid, sizes for print; texts as texts, and nothing random or dated in the file.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Liberation Sans", "sans-serif"],
    "axes.axisbelow": True,
    "axes.edgecolor": "0.8",
    "axes.labelcolor": "0.15",
    "axes.labelsize": 9.5,
    "axes.linewidth": 1.0,
    "grid.color": "0.8",
    "grid.linewidth": 0.8,
    "legend.fontsize": 9,
    "text.color": "0.15",
    "xtick.color": "0.15",
    "xtick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.color": "0.15",
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
}
#: Labels within a decade on a logarithmic axis that spans less than that number of decades.
LOG_LABELS = (
    (0.35, (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)),
    (1.0, (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)),
    (2.0, (1.0, 2.0, 5.0)),
)
PNG_DPI = 144
TITLE_SIZE, SMALLEST_TITLE = 10.5, 7.0
BAR_WIDTH = 0.12


def draw(drawing: Drawing, name: str, title: str, png: bool) -> tuple[str, bytes | None]:
    """The figure as SVG, and, where wanted, as PNG; the same bytes for the same data.

    Args:
        name: makes the names inside the SVG those of this figure.
    """
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        canvas = _canvas(drawing)
        svg = io.StringIO()
        # Straight from the back end, whose methods have no types: `savefig` would prepare for every format first.
        backend: Any = FigureCanvasSVG(canvas)
        backend.print_svg(svg, metadata={"Title": title, "Date": None, "Creator": CREATOR})
        pixels = _png(canvas, title) if png else None
    return "\n".join(line.rstrip() for line in svg.getvalue().splitlines()) + "\n", pixels


def _png(canvas: Canvas, title: str) -> bytes:
    out = io.BytesIO()
    canvas.dpi = PNG_DPI
    metadata = {"Software": CREATOR, "Title": title}
    backend: Any = FigureCanvasAgg(canvas)
    backend.print_png(out, metadata=metadata, pil_kwargs={"compress_level": 4})
    return out.getvalue()


def _canvas(drawing: Drawing) -> Canvas:
    """Everything drawn, first on axes of no particular place: how wide their labels are decides where they lie."""
    canvas = Canvas(facecolor="white")
    grid = Grid(drawing.columns, drawing.heights, [_lines_of(panel) for panel in drawing.panels])
    drawn = []
    for index, panel in enumerate(drawing.panels):
        if panel is not None:
            axes = canvas.add_axes((0.0, 0.0, 1.0, 1.0))
            _draw_panel(panel, axes)
            grid.reserve(index, left=_left_of(axes), below=_below(axes), right=0.55 if _bar(panel) else 0.0)
            drawn.append((index, panel, axes))
    _legend(canvas, drawing, grid)
    canvas.set_size_inches(*grid.size)
    for index, panel, axes in drawn:
        place = grid.place(index)
        axes.set_position(place.share_of(grid.size))
        _label(axes, place.width, place.height)
        _title(axes, panel.title, place.width)
        if isinstance(panel, HeatPanel) and panel.bar:
            bar = canvas.add_axes(place.beside(BAR_WIDTH).share_of(grid.size))
            canvas.colorbar(axes.collections[0], cax=bar, label=panel.bar).outline.set_visible(False)
    return canvas


def _draw_panel(panel: Panel, axes: Axes) -> None:
    if isinstance(panel, LinePanel):
        _draw_lines(panel, axes)
    elif isinstance(panel, IntervalPanel):
        _draw_intervals(panel, axes)
    else:
        _draw_heat(panel, axes)


def _draw_lines(panel: LinePanel, axes: Axes) -> None:
    for line in panel.lines:
        _draw_line(line, axes)
    if panel.level is not None:
        axes.axhline(panel.level, color="0.3", linestyle=":", linewidth=1.4)
    axes.grid(visible=True)
    _set_axis(axes, "x", panel.x)
    _set_axis(axes, "y", panel.y)


def _draw_line(line: Line, axes: Axes) -> None:
    heights = [math.nan if value is None else value for value in line.y]
    axes.plot(
        line.x, heights, color=line.look.color, linestyle=line.look.dashes, linewidth=line.width,
        marker=line.look.marker, markevery=line.markers, markersize=5.5, markeredgecolor="white", markeredgewidth=0.7,
    )  # fmt: skip
    if line.band is not None:
        low = [value - half for value, half in zip(heights, line.band, strict=True)]
        high = [value + half for value, half in zip(heights, line.band, strict=True)]
        axes.fill_between(line.x, low, high, color=line.look.color, alpha=0.15, linewidth=0)


def _draw_intervals(panel: IntervalPanel, axes: Axes) -> None:
    if panel.level is not None:
        axes.axvline(panel.level, color="0.2", linewidth=1.0, zorder=1)
    looks: dict[Look, list[Point]] = {}
    for point in panel.points:
        looks.setdefault(point.look, []).append(point)
    for look, points in looks.items():
        _draw_points(look, points, panel.x.limits, axes)
    axes.set_ylim(len(panel.rows) - 0.5, -0.5)
    axes.yaxis.set_major_locator(FixedLocator(range(len(panel.rows))))
    axes.yaxis.set_major_formatter(FixedFormatter(list(panel.rows)))
    axes.grid(visible=True, axis="x")
    if panel.x.limits is None:
        axes.margins(x=0.08)
    _set_axis(axes, "x", panel.x)


def _draw_points(look: Look, points: Sequence[Point], limits: tuple[float, float] | None, axes: Axes) -> None:
    """Points of one look on their intervals; where these go on beyond the axis, they end in arrowheads."""
    ends: dict[str, list[tuple[float, float]]] = {}
    bars: list[tuple[float, float]] = []
    for point in points:
        if point.low is not None and point.high is not None:
            least, most = limits or (point.low, point.high)
            low, high = max(point.low, least), min(point.high, most)
            bars += [(low, point.row), (high, point.row), (math.nan, math.nan)]
            ends.setdefault("<" if point.low < least else "|", []).append((low, point.row))
            ends.setdefault(">" if point.high > most else "|", []).append((high, point.row))
    _add(axes, bars, color=look.color, linewidth=1.4)
    for mark, places in ends.items():
        _add(axes, places, marker=mark, color=look.color, markersize=5, linestyle="none", clip_on=False)
    _add(
        axes, [(point.x, point.row) for point in points], marker=look.marker, color=look.color, markersize=6.5,
        markeredgecolor="white", markeredgewidth=0.7, linestyle="none", zorder=3,
    )  # fmt: skip


def _add(axes: Axes, points: Sequence[tuple[float, float]], **style: Any) -> None:
    if points:
        axes.plot([x for x, _ in points], [y for _, y in points], **style)


def _draw_heat(panel: HeatPanel, axes: Axes) -> None:
    values = [[math.nan if value is None else value for value in row] for row in panel.values]
    axes.pcolormesh(values, vmin=panel.low, vmax=panel.high, cmap=panel.colors, linewidth=0.3, edgecolor="0.92")
    for row, texts in enumerate(panel.texts):
        for column, text in enumerate(texts):
            share = (values[row][column] - panel.low) / (panel.high - panel.low)
            color = "0.1" if math.isnan(share) or 0.2 < share < 0.8 else "white"
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=color, fontsize=8.5)
    axes.set(xlim=(0, len(panel.columns)), ylim=(len(panel.rows), 0))
    for axis, names in ((axes.xaxis, panel.columns), (axes.yaxis, panel.rows)):
        axis.set_major_locator(FixedLocator([place + 0.5 for place in range(len(names))]))
        axis.set_major_formatter(FixedFormatter(list(names)))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _set_axis(axes: Axes, which: str, wanted: Axis) -> None:
    """Scale, range and ticks. The ticks are chosen here, once; the range must be known, so all is drawn before."""
    if wanted.logarithmic:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    if wanted.limits is not None:
        (axes.set_xlim if which == "x" else axes.set_ylim)(*wanted.limits)
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axes.get_xlim() if which == "x" else axes.get_ylim())
    if wanted.ticks is not None:
        ticks = list(wanted.ticks)
    elif wanted.logarithmic:
        decades = math.log10(high / low)
        subs = next((subs for most, subs in LOG_LABELS if decades < most), (1.0,))
        ticks = [float(value) for value in LogLocator(subs=subs).tick_values(low, high)]
    else:
        ticks = [float(value) for value in MaxNLocator(5, integer=wanted.whole).tick_values(low, high)]
    ticks = [value for value in ticks if low <= value <= high]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([_number(wanted.numbers)(value) for value in ticks]))
    axis.set_minor_locator(NullLocator())
    axis.set_label_text(wanted.label)


def _number(numbers: Numbers) -> Callable[[float], str]:
    """How a tick's value is written."""
    return {"plain": _plain, "percent": lambda value: f"{100 * value:g}", "short": short_number, "power": _power}[
        numbers
    ]


def _plain(value: float) -> str:
    return f"{value:g}"


def _power(value: float) -> str:
    return f"{value:.0e}" if value < 1e-3 else f"{value:g}"


def short_number(value: float) -> str:
    """`500`, `20k`, `1.5M`."""
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"


def _names(axes: Axes, which: str) -> Sequence[str]:
    """What is written at the ticks."""
    formatter = (axes.xaxis if which == "x" else axes.yaxis).get_major_formatter()
    return formatter.seq if isinstance(formatter, FixedFormatter) else ()


def _left_of(axes: Axes) -> float:
    """Inches that tick labels and the axis's label need at the left."""
    labels = max((text_width(name, 8.5) for name in _names(axes, "y")), default=0.0)
    return labels + 0.1 + (0.22 if axes.get_ylabel() else 0.0)


def _below(axes: Axes) -> float:
    return 0.24 + (0.22 if axes.get_xlabel() else 0.0)


def _bar(panel: Panel) -> bool:
    return isinstance(panel, HeatPanel) and bool(panel.bar)


def _label(axes: Axes, width: float, height: float) -> None:
    """Put the labels of the axes beside the tick labels, which are not measured once more for it."""
    axes.yaxis.set_label_coords(-(_left_of(axes) - 0.24) / width, 0.5)
    axes.xaxis.set_label_coords(0.5, -0.2 / height)


def _title(axes: Axes, title: str, width: float) -> None:
    """As large as fits."""
    widest = max(text_width(line, TITLE_SIZE) for line in title.split("\n"))
    size = max(SMALLEST_TITLE, min(TITLE_SIZE, TITLE_SIZE * (width + 0.3) / max(widest, 0.01)))
    axes.set_title(title, fontsize=size, y=1.0, pad=4)


def _lines_of(panel: Panel | None) -> int:
    return 0 if panel is None else panel.title.count("\n") + bool(panel.title)


def _legend(canvas: Canvas, drawing: Drawing, grid: Grid) -> None:
    """One legend for all panels, above them."""
    if not drawing.legend:
        return
    widths = [text_width(entry.label, 9.0) + 0.75 for entry in drawing.legend]
    in_one_row = sum(widths) < grid.size[0]
    columns = len(widths) if in_one_row else max(1, int(grid.size[0] / max(widths)))
    grid.reserve_top(0.12 + 0.2 * math.ceil(len(widths) / columns))
    canvas.legend(
        [_handle(entry, drawing.lines) for entry in drawing.legend],
        [entry.label for entry in drawing.legend],
        loc="upper center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False, handlelength=3, borderaxespad=0.2,
    )  # fmt: skip


def _handle(entry: Entry, lines: bool) -> Line2D:
    """What stands for a look in the legend."""
    dashes: Any = entry.look.dashes if lines else "none"
    return Line2D(
        [], [], color=entry.look.color, marker=entry.look.marker, linestyle=dashes, markeredgecolor="white",
        markersize=7, linewidth=1.8,
    )  # fmt: skip

"""Draws plain data with Matplotlib, heat maps with seaborn: as SVG, and the same as PNG.

Nothing else of the report imports Matplotlib, so that only processes that draw pay for it.
"""

import io
import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from report.figures.layout import Grid, text_width
from report.figures.ownership import CREATOR
from report.figures.plain import (
    Drawing,
    Entry,
    HeatPanel,
    IntervalPanel,
    Line,
    LinePanel,
    Look,
    Panel,
    Point,
)
from report.figures.scales import Scale, named, scaled, write_scales

#: A white ground with a light grid, sizes for print; texts as texts, and nothing random or dated in the file.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Liberation Sans", "sans-serif"],
    "axes.axisbelow": True,
    "axes.edgecolor": "0.8",
    "axes.linewidth": 1.0,
    "legend.fontsize": 9,
    "text.color": "0.15",
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
}
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
            x, y = _draw_panel(panel, axes)
            grid.reserve(index, left=y.left, below=x.below, right=0.55 if _bar(panel) else 0.0)
            drawn.append((index, panel, axes, x, y))
    _legend(canvas, drawing, grid)
    canvas.set_size_inches(*grid.size)
    for index, panel, axes, x, y in drawn:
        place = grid.place(index)
        axes.set_position(place.share_of(grid.size))
        write_scales(axes, x, y, place.width, place.height)
        _title(axes, panel.title, place.width)
        if isinstance(panel, HeatPanel) and panel.bar:
            bar = canvas.add_axes(place.beside(BAR_WIDTH).share_of(grid.size))
            canvas.colorbar(axes.collections[0], cax=bar, label=panel.bar).outline.set_visible(False)
    return canvas


def _draw_panel(panel: Panel, axes: Axes) -> tuple[Scale, Scale]:
    """Draw what the panel shows; its horizontal and its vertical scale."""
    if isinstance(panel, LinePanel):
        return _draw_lines(panel, axes)
    return _draw_intervals(panel, axes) if isinstance(panel, IntervalPanel) else _draw_heat(panel, axes)


def _draw_lines(panel: LinePanel, axes: Axes) -> tuple[Scale, Scale]:
    for line in panel.lines:
        _draw_line(line, axes)
    if panel.level is not None:
        axes.axhline(panel.level, color="0.3", linestyle=":", linewidth=1.4)
    return scaled(axes, "x", panel.x), scaled(axes, "y", panel.y)


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


def _draw_intervals(panel: IntervalPanel, axes: Axes) -> tuple[Scale, Scale]:
    if panel.level is not None:
        axes.axvline(panel.level, color="0.2", linewidth=1.0, zorder=1)
    looks: dict[Look, list[Point]] = {}
    for point in panel.points:
        looks.setdefault(point.look, []).append(point)
    for look, points in looks.items():
        _draw_points(look, points, panel.x.limits, axes)
    axes.set_ylim(len(panel.rows) - 0.5, -0.5)
    if panel.x.limits is None:
        axes.margins(x=0.08)
    return scaled(axes, "x", panel.x), named(panel.rows)


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


def _draw_heat(panel: HeatPanel, axes: Axes) -> tuple[Scale, Scale]:
    values = [[math.nan if value is None else value for value in row] for row in panel.values]
    # Only a process that draws a heat map pays for loading seaborn.
    from seaborn import heatmap

    heatmap(
        values, ax=axes, vmin=panel.low, vmax=panel.high, cmap=panel.colors, linewidths=0.3, linecolor="0.92",
        annot=np.array(panel.texts) if panel.texts else None, fmt="", annot_kws={"fontsize": 8.5},
        cbar=False, xticklabels=False, yticklabels=False,
    )  # fmt: skip
    for row, texts in enumerate(panel.texts):
        for column, text in enumerate(texts):
            if text and math.isnan(values[row][column]):  # seaborn writes nothing where there is no value
                axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", color="0.1", fontsize=8.5)
    axes.set(xlim=(0, len(panel.columns)), ylim=(len(panel.rows), 0))
    for spine in axes.spines.values():
        spine.set_visible(False)
    return named(panel.columns, first=0.5), named(panel.rows, first=0.5)


def _bar(panel: Panel) -> bool:
    return isinstance(panel, HeatPanel) and bool(panel.bar)


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

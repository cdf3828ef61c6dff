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

from report.figures.layout import Grid, Place, text_width
from report.figures.ownership import CREATOR
from report.figures.panels import draw_panel, scales_of
from report.figures.pen import Drawn, Pen
from report.figures.plain import Drawing, Entry, HeatPanel, Panel
from report.figures.shortening import shortened

#: A white ground with a light grid, sizes for print; texts as texts, and nothing random or dated in the file.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Liberation Sans", "sans-serif"],
    "text.color": "0.15",
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
}
PNG_DPI = 144
#: Inches of the bar of colours, and of the room that it takes with what is written beside it.
BAR_WIDTH, BAR_ROOM = 0.12, 0.62
#: Inches of a legend: of the line of an entry, from it to its label, from one entry to the next, and from row to row.
HANDLE, HANDLE_GAP, ENTRY_GAP, ROW = 0.375, 0.1, 0.275, 0.2
LEGEND_SIZE = 9.0


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
    return "\n".join(line.rstrip() for line in shortened(svg.getvalue()).splitlines()) + "\n", pixels


def _png(canvas: Canvas, title: str) -> bytes:
    out = io.BytesIO()
    canvas.dpi = PNG_DPI
    metadata = {"Software": CREATOR, "Title": title}
    backend: Any = FigureCanvasAgg(canvas)
    backend.print_png(out, metadata=metadata, pil_kwargs={"compress_level": 4})
    return out.getvalue()


def _canvas(drawing: Drawing) -> Canvas:
    """Everything drawn: how wide the labels are decides where the panels lie."""
    canvas = Canvas(facecolor="white")
    grid = Grid(drawing.columns, drawing.heights, [_lines_of(panel) for panel in drawing.panels])
    shown = [(index, panel, *scales_of(panel)) for index, panel in enumerate(drawing.panels) if panel is not None]
    for index, panel, x, y in shown:
        grid.reserve(index, left=y.left, below=x.below, right=BAR_ROOM if _bar(panel) else 0.0)
    rows = _legend_rows(drawing.legend, grid.size[0])
    grid.reserve_top(0.12 + ROW * len(rows) if rows else 0.0)
    canvas.set_size_inches(*grid.size)
    for index, panel, _, _ in shown:
        if isinstance(panel, HeatPanel):
            _draw_heat(panel, canvas, grid.place(index), grid.size)

    def draw_with(pen: Pen) -> None:
        _draw_legend(pen, rows, grid.size, drawing.lines)
        for index, panel, x, y in shown:
            draw_panel(pen, panel, grid.place(index), x, y)

    canvas.add_artist(Drawn(draw_with))
    return canvas


def _draw_heat(panel: HeatPanel, canvas: Canvas, place: Place, size: tuple[float, float]) -> None:
    """The fields of a heat map, on axes without ticks."""
    axes = canvas.add_axes(place.share_of(size))
    values = [[math.nan if value is None else value for value in row] for row in panel.values]
    # Only a process that draws a heat map pays for loading seaborn.
    from seaborn import heatmap

    heatmap(
        values, ax=axes, vmin=panel.low, vmax=panel.high, cmap=panel.colors, linewidths=0.3, linecolor="0.92",
        annot=np.array(panel.texts) if panel.texts else None, fmt="", annot_kws={"fontsize": 8.5},
        cbar=False, xticklabels=False, yticklabels=False,
    )  # fmt: skip
    _write_empty(panel, values, axes)
    axes.set(xlim=(0, len(panel.columns)), ylim=(len(panel.rows), 0))
    axes.set_axis_off()
    if panel.bar:
        bar = canvas.add_axes(place.beside(BAR_WIDTH).share_of(size))
        canvas.colorbar(axes.collections[0], cax=bar, label=panel.bar).outline.set_visible(False)


def _write_empty(panel: HeatPanel, values: Sequence[Sequence[float]], axes: Axes) -> None:
    """Texts of fields without a value, which seaborn leaves out."""
    for row, texts in enumerate(panel.texts):
        for column, text in enumerate(texts):
            if text and math.isnan(values[row][column]):
                axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", color="0.1", fontsize=8.5)


def _bar(panel: Panel) -> bool:
    return isinstance(panel, HeatPanel) and bool(panel.bar)


def _lines_of(panel: Panel | None) -> int:
    return 0 if panel is None else panel.title.count("\n") + bool(panel.title)


def _legend_rows(entries: Sequence[Entry], width: float) -> list[Sequence[Entry]]:
    """One legend for all panels: the entries in one row, or in rows of as many as fit beneath each other."""
    widths = [_entry_width(entry) for entry in entries]
    columns = len(entries) if sum(widths) < width else max(1, int(width / max(widths)))
    return [entries[start : start + columns] for start in range(0, len(entries), max(1, columns))]


def _entry_width(entry: Entry) -> float:
    return HANDLE + HANDLE_GAP + text_width(entry.label, LEGEND_SIZE) + ENTRY_GAP


def _draw_legend(pen: Pen, rows: Sequence[Sequence[Entry]], size: tuple[float, float], lines: bool) -> None:
    """Above all panels; several rows in columns of the widest entry."""
    widest = max((_entry_width(entry) for row in rows for entry in row), default=0.0)
    for number, row in enumerate(rows):
        widths = [_entry_width(entry) if len(rows) == 1 else widest for entry in row]
        left = (size[0] - (sum(widths) if len(rows) == 1 else widest * len(rows[0])) + ENTRY_GAP) / 2
        height = size[1] - 0.16 - ROW * number
        for entry, width in zip(row, widths, strict=True):
            if lines and entry.look.dashes:
                pen.line([(left, height), (left + HANDLE, height)], entry.look.color, 1.8, entry.look.dashes)
            if entry.look.marker:
                pen.markers([(left + HANDLE / 2, height)], entry.look.marker, entry.look.color, 7.0)
            pen.text((left + HANDLE + HANDLE_GAP, height), entry.label, LEGEND_SIZE, vertical="middle")
            left += width

"""A pen for Matplotlib's renderers: lines, areas, markers and texts, in inches from a figure's lower left corner.

What it draws is one artist of the figure. Matplotlib's own axes are some hundred objects a panel, which took most of
the time of a report; ranges, ticks and margins are computed without them.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

from report.figures.layout import Place, text_width
from report.figures.plain import Dashes

Horizontal: TypeAlias = Literal["left", "center", "right"]
Vertical: TypeAlias = Literal["top", "middle", "baseline"]
Points: TypeAlias = Sequence[tuple[float, float]]

INK = "0.15"
#: Strokes and gaps, in widths of the line.
NAMED_DASHES = {":": (1.0, 1.65), "--": (3.7, 1.6), "-.": (6.4, 1.6, 1.0, 1.6)}
#: How much of a text's width lies left of its anchor; how far its baseline lies below it, in sizes of the font.
LEFT_OF: dict[Horizontal, float] = {"left": 0.0, "center": 0.5, "right": 1.0}
BELOW: dict[Vertical, float] = {"top": 0.76, "middle": 0.36, "baseline": 0.0}


class Pen:
    """Draws on one renderer. Points that are not finite interrupt a line; `clip` is the rectangle that it ends at."""

    def __init__(self, renderer: RendererBase, dpi: float, height: float) -> None:
        """Args:
        renderer: for SVG or for pixels.
        dpi: pixels of an inch.
        height: of the figure, in inches.
        """
        self._renderer, self._dpi, self._height = renderer, dpi, height

    def line(self, points: Points, color: str, width: float, dashes: Dashes = "-", clip: Place | None = None) -> None:
        """A line of a width in points."""
        context = self._context(color, width, clip)
        self._dash(context, dashes, width)
        self._renderer.draw_path(context, Path(self._pixels(points)), IdentityTransform())

    def lines(self, ends: Sequence[Points], color: str, width: float) -> None:
        """Several lines alike as one path."""
        if ends:
            points = self._pixels([point for each in ends for point in each])
            codes = [code for each in ends for code in (Path.MOVETO, *[Path.LINETO] * (len(each) - 1))]
            self._renderer.draw_path(self._context(color, width), Path(points, codes), IdentityTransform())

    def frame(self, place: Place, color: str, width: float) -> None:
        """The edges of a rectangle."""
        right, top = place.x + place.width, place.y + place.height
        corners = [(place.x, place.y), (right, place.y), (right, top), (place.x, top), (place.x, place.y)]
        context = self._context(color, width)
        context.set_joinstyle("miter")
        self._renderer.draw_path(context, Path(self._pixels(corners), closed=True), IdentityTransform())

    def area(self, points: Points, color: str, alpha: float, clip: Place | None = None) -> None:
        """A filled polygon."""
        context = self._context(color, 0.0, clip)
        closed = Path(self._pixels([*points, points[0]]), closed=True)
        self._renderer.draw_path(context, closed, IdentityTransform(), to_rgba(color, alpha))

    def markers(
        self, points: Points, marker: str, color: str, size: float, edge: str = "white", clip: Place | None = None
    ) -> None:
        """Markers of a size in points; those that have no area, such as a bar, are drawn in `color`."""
        style = _marker(marker)
        filled = style.is_filled()
        outlined = filled and edge != color
        context = self._context(edge if filled else color, 0.7 if outlined else 1.0, clip)
        context.set_joinstyle(style.get_joinstyle())
        context.set_capstyle(style.get_capstyle())
        pixels = float(np.asarray(self._renderer.points_to_pixels(size)))
        self._renderer.draw_markers(
            context,
            style.get_path(),
            Affine2D(style.get_transform().get_matrix()).scale(pixels),
            Path(self._pixels(points)),
            IdentityTransform(),
            to_rgba(color) if filled else None,
        )

    def text(
        self,
        at: tuple[float, float],
        content: str,
        size: float,
        horizontal: Horizontal = "left",
        vertical: Vertical = "baseline",
        upwards: bool = False,
    ) -> None:
        """A line of text.

        Args:
            at: its anchor.
            content: taken as it is.
            size: of the font, in points.
            horizontal, vertical: where the anchor lies, seen along the text.
            upwards: it reads from bottom to top.
        """
        along, below = -LEFT_OF[horizontal] * self._width_of(content, size), -BELOW[vertical] * size / 72
        x, y = (at[0] - below, at[1] + along) if upwards else (at[0] + along, at[1] + below)
        anchor = _anchor(horizontal)
        anchor.set_position((at[0] * self._dpi, at[1] * self._dpi))
        context = self._context(INK, 1.0)
        position = x * self._dpi, (self._height - y) * self._dpi
        self._renderer.draw_text(context, *position, content, _font(size), 90 if upwards else 0, False, anchor)

    def _width_of(self, content: str, size: float) -> float:
        """Inches of a text; pixels have hinted letters, which take more or less room."""
        if not isinstance(self._renderer, RendererAgg):
            return text_width(content, size)
        measured: Any = self._renderer  # a method without types
        return float(measured.get_text_width_height_descent(content, _font(size), False)[0]) / self._dpi

    def _pixels(self, points: Points) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(points, np.float64).reshape(-1, 2) * self._dpi

    def _context(self, color: str, width: float, clip: Place | None = None) -> GraphicsContextBase:
        context = self._renderer.new_gc()
        context.set_foreground(color)
        context.set_linewidth(width)
        context.set_joinstyle("round")
        if clip is not None:
            bounds = (value * self._dpi for value in (clip.x, clip.y, clip.width, clip.height))
            context.set_clip_rectangle(Bbox.from_bounds(*bounds))
        return context

    def _dash(self, context: GraphicsContextBase, dashes: Dashes, width: float) -> None:
        """Strokes and gaps grow with the width."""
        context.set_capstyle("projecting" if dashes == "-" else "butt")
        if dashes == "-":
            return
        offset, lengths = (0.0, NAMED_DASHES[dashes]) if isinstance(dashes, str) else dashes
        context.set_dashes(offset * width, [length * width for length in lengths])


class Drawn(Artist):
    """What a pen draws, as an artist of a figure; it lies over the figure's axes."""

    def __init__(self, draw_with: Callable[[Pen], None]) -> None:
        super().__init__()
        self.set_zorder(1)
        self._draw_with = draw_with

    def draw(self, renderer: RendererBase) -> None:
        """By Matplotlib, once for each file."""
        figure = self.get_figure(root=True)
        assert figure is not None
        self._draw_with(Pen(renderer, figure.dpi, float(figure.get_size_inches()[1])))


@cache
def _marker(name: str) -> MarkerStyle:
    return MarkerStyle(name)


@cache
def _font(size: float) -> FontProperties:
    return FontProperties(family="sans-serif", size=size)


@cache
def _anchor(horizontal: Horizontal) -> Text:
    """It tells the SVG's renderer which end of a text lies at the anchor, whatever font the reader has."""
    return Text(0.0, 0.0, "", horizontalalignment=horizontal, rotation_mode="anchor")

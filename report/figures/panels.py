"""Draws panels of lines and of intervals, and what stands around any panel."""

import math
from collections.abc import Iterator, Sequence

from report.figures.layout import Place, text_width
from report.figures.pen import Pen
from report.figures.plain import HeatPanel, IntervalPanel, Line, LinePanel, Look, Panel, Point
from report.figures.scales import Scale, draw_grid, named, scaled, write_scales

TITLE_SIZE, SMALLEST_TITLE = 10.5, 7.0
#: Inches from a panel to its title, and from one line of a title to the next, in sizes of the font.
TITLE_GAP, TITLE_LINE = 0.055, 1.2
EDGE_COLOR, EDGE_WIDTH = "0.8", 1.0
#: Beyond the points of an interval panel, as a share of their range.
INTERVAL_MARGIN = 0.08


def scales_of(panel: Panel) -> tuple[Scale, Scale]:
    """The panel's horizontal and its vertical axis."""
    if isinstance(panel, HeatPanel):
        return named(panel.columns), named(panel.rows, downwards=True)
    level = [] if panel.level is None else [panel.level]
    if isinstance(panel, LinePanel):
        across = [x for line in panel.lines for x in line.x]
        up = [y for line in panel.lines for y in _reach(line)]
        return scaled(panel.x, across), scaled(panel.y, up + level)
    reached = [end for point in panel.points for end in (point.x, point.low, point.high) if end is not None]
    return scaled(panel.x, reached + level, margin=INTERVAL_MARGIN), named(panel.rows, downwards=True)


def draw_panel(pen: Pen, panel: Panel, place: Place, x: Scale, y: Scale) -> None:
    """Draw it with its axes and title; a heat map's fields are drawn by others."""
    if not isinstance(panel, HeatPanel):
        draw_grid(pen, place, x, y)
        draw = _Within(pen, place, x, y)
        draw.lines(panel) if isinstance(panel, LinePanel) else draw.intervals(panel)
        pen.frame(place, EDGE_COLOR, EDGE_WIDTH)
    write_scales(pen, place, x, y)
    _title(pen, panel.title, place)


class _Within:
    """Draws what a panel shows in the panel's own values."""

    def __init__(self, pen: Pen, place: Place, x: Scale, y: Scale) -> None:
        self._pen, self._place, self._x, self._y = pen, place, x, y

    def lines(self, panel: LinePanel) -> None:
        for line in panel.lines:
            for points in _bands(line):
                corners = [(x, self._y.on(y)) for x, y in points if self._x.has(x)]
                if corners:
                    self._pen.area(self._at(corners), line.look.color, 0.15, self._place)
        if panel.level is not None and self._y.has(panel.level):
            level = [(self._x.low, panel.level), (self._x.high, panel.level)]
            self._pen.line(self._at(level), "0.3", 1.4, ":", self._place)
        for line in panel.lines:
            points = self._at([(x, math.nan if y is None else y) for x, y in zip(line.x, line.y, strict=True)])
            self._pen.line(points, line.look.color, line.width, line.look.dashes, self._place)
            first, step = line.markers
            marked = [point for point in points[first::step] if math.isfinite(sum(point))]
            if line.look.marker and marked:
                self._pen.markers(marked, line.look.marker, line.look.color, 5.5, clip=self._place)

    def intervals(self, panel: IntervalPanel) -> None:
        if panel.level is not None and self._x.has(panel.level):
            level = [(panel.level, self._y.low), (panel.level, self._y.high)]
            self._pen.line(self._at(level), "0.2", 1.0, clip=self._place)
        looks: dict[Look, list[Point]] = {}
        for point in panel.points:
            looks.setdefault(point.look, []).append(point)
        for look, points in looks.items():
            self._points(look, points)

    def _points(self, look: Look, points: Sequence[Point]) -> None:
        """Points of one look on their intervals; where these go on beyond the axis, they end in arrowheads."""
        ends: dict[str, list[tuple[float, float]]] = {}
        bars: list[list[tuple[float, float]]] = []
        points = [point for point in points if self._x.has(point.x)]
        for point in points:
            if point.low is not None and point.high is not None:
                low, high = max(point.low, self._x.low), min(point.high, self._x.high)
                bars.append(self._at([(low, point.row), (high, point.row)]))
                ends.setdefault("<" if point.low < self._x.low else "|", []).append((low, point.row))
                ends.setdefault(">" if point.high > self._x.high else "|", []).append((high, point.row))
        self._pen.lines(bars, look.color, 1.4)
        for mark, places in ends.items():
            self._pen.markers(self._at(places), mark, look.color, 5.0, edge=look.color)
        at = self._at([(point.x, point.row) for point in points])
        self._pen.markers(at, look.marker or "o", look.color, 6.5, clip=self._place)

    def _at(self, values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Inches on the figure."""
        place = self._place
        return [
            (place.x + place.width * self._x.share(x), place.y + place.height * self._y.share(y)) for x, y in values
        ]


def _reach(line: Line) -> Iterator[float]:
    """The heights that a line and its band come to."""
    band = line.band or (0.0,) * len(line.y)
    for value, half in zip(line.y, band, strict=True):
        if value is not None:
            yield from (value - half, value + half)


def _bands(line: Line) -> Iterator[list[tuple[float, float]]]:
    """The outlines of its band, one for each stretch without a gap."""
    stretch: list[tuple[float, float, float]] = []
    for x, y, half in (*zip(line.x, line.y, line.band or (), strict=False), (0.0, None, 0.0)):
        if y is not None and math.isfinite(y):
            stretch.append((x, y - half, y + half))
        elif stretch:
            yield [(at, low) for at, low, _ in stretch] + [(at, high) for at, _, high in reversed(stretch)]
            stretch = []


def _title(pen: Pen, title: str, place: Place) -> None:
    """As large as fits."""
    lines = title.split("\n")
    widest = max(text_width(line, TITLE_SIZE) for line in lines)
    size = max(SMALLEST_TITLE, min(TITLE_SIZE, TITLE_SIZE * (place.width + 0.3) / max(widest, 0.01)))
    for number, line in enumerate(reversed(lines)):
        if line:
            above = TITLE_GAP + number * TITLE_LINE * size / 72
            pen.text((place.x + place.width / 2, place.y + place.height + above), line, size, "center")

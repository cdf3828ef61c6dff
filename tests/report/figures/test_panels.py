"""What a logarithmic axis does not have, 0 and below, becomes no coordinate that is no number."""

import math
from typing import Any

import pytest

from report.figures.layout import Place
from report.figures.panels import draw_panel, scales_of
from report.figures.plain import Axis, IntervalPanel, Line, LinePanel, Look, Point

LOOK = Look("C0", "o", "-")
PLACE = Place(1.0, 1.0, 3.0, 2.0)


class Recorder:
    """In the pen's place: keeps the points of everything but lines, which have gaps at what is no number."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self.areas = 0

    def __getattr__(self, name: str) -> Any:
        def drawn(points: Any, *_: Any, **__: Any) -> None:
            if name == "lines":
                self.points += [point for ends in points for point in ends]
            elif name in ("area", "markers"):
                self.points += points
                self.areas += name == "area"

        return drawn


def drawn(panel: LinePanel | IntervalPanel) -> Recorder:
    pen = Recorder()
    x, y = scales_of(panel)
    draw_panel(pen, panel, PLACE, x, y)  # type: ignore[arg-type]  # a recorder is enough of a pen
    assert pen.points
    assert all(math.isfinite(value) for point in pen.points for value in point)
    return pen


@pytest.mark.parametrize("band", [None, (0.5, 2.0, 3.0, 0.1)], ids=["line", "band"])
@pytest.mark.parametrize("values", [(1.0, 2.0, 3.0, 4.0), (0.0, 2.0, -1.0, 4.0), (None, 2.0, 3.0, math.nan)])
@pytest.mark.parametrize("places", [(1.0, 2.0, 3.0, 4.0), (0.0, 1.0, 2.0, 3.0)])
def test_lines_and_bands(values: Any, band: Any, places: Any) -> None:
    logarithmic = Axis(logarithmic=True)
    line = Line(places, values, LOOK, band=band)
    pen = drawn(LinePanel("A", (line,), logarithmic, logarithmic, level=0.0))
    assert bool(pen.areas) == (band is not None)


def test_intervals() -> None:
    points = (Point(2.0, 0, LOOK, -1.0, 3.0), Point(0.0, 1, LOOK, -1.0, 0.0), Point(1.0, 2, LOOK, 0.0, 1.5))
    drawn(IntervalPanel("A", ("a", "b", "c"), points, Axis(logarithmic=True), level=0.0))

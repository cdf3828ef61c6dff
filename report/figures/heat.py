"""Draws a heat map: coloured fields with texts on them, and a bar that says which colour is which value."""

import math
from functools import cache

from matplotlib import colormaps
from matplotlib.colors import Colormap, to_hex, to_rgb
from matplotlib.ticker import MaxNLocator

from report.figures.layout import Place
from report.figures.pen import INK, Pen
from report.figures.plain import HeatPanel

#: Between fields.
EDGE_COLOR, EDGE_WIDTH = "0.92", 0.3
TEXT_SIZE, TICK_SIZE, LABEL_SIZE = 8.5, 8.5, 9.5
#: Inches of the bar's width, and of the room that it takes with what is written beside it.
BAR_WIDTH, BAR_ROOM = 0.12, 0.62
#: Steps of the bar: more than one sees.
BAR_STEPS = 64
#: Luminance above which a field is light enough for dark letters.
LIGHT = 0.408


def draw_fields(pen: Pen, panel: HeatPanel, place: Place) -> None:
    """The fields, from the upper left one; an empty one has no colour, but it may have a text."""
    colors = [[_color(panel, value) for value in row] for row in panel.values]
    pen.fields(place, colors, EDGE_COLOR, EDGE_WIDTH)
    width, height = place.width / len(panel.columns), place.height / len(panel.rows)
    for row, texts in enumerate(panel.texts):
        for column, text in enumerate(texts):
            middle = place.x + (column + 0.5) * width, place.y + place.height - (row + 0.5) * height
            color = colors[row][column]
            if text:
                ink = "white" if color and _is_dark(color) else INK
                pen.text(middle, text, TEXT_SIZE, "center", "middle", color=ink)
    if panel.bar:
        _draw_bar(pen, panel, place.beside(BAR_WIDTH))


def _draw_bar(pen: Pen, panel: HeatPanel, place: Place) -> None:
    """All colours, the lowest value's below, with ticks at its right."""
    reach = panel.high - panel.low
    steps = [panel.high - reach * (step + 0.5) / BAR_STEPS for step in range(BAR_STEPS)]
    pen.fields(place, [[_color(panel, value)] for value in steps], None, EDGE_WIDTH)
    for value in MaxNLocator(5).tick_values(panel.low, panel.high):
        if panel.low <= value <= panel.high:
            up = place.y + place.height * (value - panel.low) / reach
            pen.text((place.x + place.width + 0.04, up), f"{value:g}", TICK_SIZE, "left", "middle")
    beside = place.x + place.width + 0.4
    pen.text((beside, place.y + place.height / 2), panel.bar, LABEL_SIZE, "center", upwards=True)


def _color(panel: HeatPanel, value: float | None) -> str | None:
    """Values beyond the ends have the colours of the ends; an empty field has none."""
    if value is None or not math.isfinite(value):
        return None
    share = (value - panel.low) / (panel.high - panel.low)
    return to_hex(_colormap(panel.colors)(min(1.0, max(0.0, share))))


@cache
def _colormap(name: str) -> Colormap:
    """Matplotlib gives a new one, to be filled again, each time that it is asked."""
    return colormaps[name]


def _is_dark(color: str) -> bool:
    """By the relative luminance of the Web Content Accessibility Guidelines 2.2."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in to_rgb(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue <= LIGHT

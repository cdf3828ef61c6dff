"""Axes: their ranges, their ticks with labels and grid lines, and where values lie along them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matplotlib.ticker import LogLocator, MaxNLocator

from report.figures.layout import Place, text_width
from report.figures.pen import Pen
from report.figures.plain import Axis, Numbers

TICK_SIZE, LABEL_SIZE = 8.5, 9.5
#: Points between an axis and its tick labels.
PAD = 3.5
GRID, GRID_WIDTH = "0.8", 0.8
#: What a range has beyond its data at either end, as a share of it.
MARGIN = 0.05
#: Labels within a decade on a logarithmic axis that spans less than that number of decades.
LOG_LABELS = (
    (0.35, (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)),
    (1.0, (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)),
    (2.0, (1.0, 2.0, 5.0)),
)


@dataclass(frozen=True)
class Scale:
    """An axis with its ticks."""

    low: float
    high: float
    positions: tuple[float, ...]
    names: tuple[str, ...]
    label: str = ""
    logarithmic: bool = False
    grid: bool = True

    @property
    def left(self) -> float:
        """Inches that it needs as a vertical axis."""
        return self.widest + 0.1 + (0.22 if self.label else 0.0)

    @property
    def below(self) -> float:
        """Inches that it needs as a horizontal axis."""
        return 0.24 + (0.22 if self.label else 0.0)

    @property
    def widest(self) -> float:
        """Inches of the widest tick label."""
        return max((text_width(name, TICK_SIZE) for name in self.names), default=0.0)

    def has(self, value: float) -> bool:
        """Whether the axis, however long, has the value: a logarithmic one has none of 0 and below."""
        return value > 0 or not self.logarithmic

    def on(self, value: float) -> float:
        """The value, or the lower end of the axis where it has no such value."""
        return value if self.has(value) else self.low

    def share(self, value: float) -> float:
        """Where a value lies between the ends, 0 at `low`; NaN where a logarithmic axis does not have it."""
        if not self.logarithmic:
            return (value - self.low) / (self.high - self.low)
        return math.log(value / self.low) / math.log(self.high / self.low) if value > 0 else math.nan


def scaled(wanted: Axis, values: Iterable[float], margin: float = MARGIN) -> Scale:
    """An axis over these values: its range, and ticks chosen by it."""
    low, high = wanted.limits or _range(list(values), wanted.logarithmic, margin)
    if wanted.ticks is not None:
        ticks = list(wanted.ticks)
    elif wanted.logarithmic:
        decades = math.log10(high / low)
        subs = next((subs for most, subs in LOG_LABELS if decades < most), (1.0,))
        ticks = [float(value) for value in LogLocator(subs=subs).tick_values(low, high)]
    else:
        ticks = [float(value) for value in MaxNLocator(5, integer=wanted.whole).tick_values(low, high)]
    shown = [value for value in ticks if low <= value <= high]
    write = _writer(wanted.numbers)
    return Scale(low, high, tuple(shown), tuple(write(value) for value in shown), wanted.label, wanted.logarithmic)


def named(names: Sequence[str], downwards: bool = False) -> Scale:
    """Names in the middle of fields of width 1, the first around 0, without grid lines; downwards as rows are."""
    ends = (-0.5, len(names) - 0.5)
    low, high = reversed(ends) if downwards else ends
    return Scale(low, high, tuple(float(place) for place in range(len(names))), tuple(names), grid=False)


def write_scales(pen: Pen, place: Place, x: Scale, y: Scale) -> None:
    """Write ticks and labels beside a panel."""
    for at, name in zip(x.positions, x.names, strict=True):
        across = place.x + place.width * x.share(at)
        pen.text((across, place.y - PAD / 72), name, TICK_SIZE, "center", "top")
    for at, name in zip(y.positions, y.names, strict=True):
        up = place.y + place.height * y.share(at)
        pen.text((place.x - PAD / 72, up), name, TICK_SIZE, "right", "middle")
    if x.label:
        pen.text((place.x + place.width / 2, place.y - 0.2), x.label, LABEL_SIZE, "center", "top")
    if y.label:
        at_left = place.x - y.widest - 0.11
        pen.text((at_left, place.y + place.height / 2), y.label, LABEL_SIZE, "center", upwards=True)


def draw_grid(pen: Pen, place: Place, x: Scale, y: Scale) -> None:
    """Draw lines across a panel at the ticks."""
    right, top = place.x + place.width, place.y + place.height
    across = [place.x + place.width * x.share(at) for at in x.positions if x.grid]
    up = [place.y + place.height * y.share(at) for at in y.positions if y.grid]
    pen.lines([((at, place.y), (at, top)) for at in across], GRID, GRID_WIDTH)
    pen.lines([((place.x, at), (right, at)) for at in up], GRID, GRID_WIDTH)


def _range(values: Sequence[float], logarithmic: bool, margin: float) -> tuple[float, float]:
    """From the smallest to the largest value with a margin; around a single one, or none, something to draw on."""
    usable = [value for value in values if math.isfinite(value) and (value > 0 or not logarithmic)]
    low, high = (min(usable), max(usable)) if usable else (1.0, 1.0) if logarithmic else (0.0, 1.0)
    if logarithmic:
        beyond = math.exp(margin * math.log(high / low)) if high > low else 2.0
        return low / beyond, high * beyond
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        low, high = low - 0.05 * (abs(low) or 1.0), high + 0.05 * (abs(high) or 1.0)
    return low - margin * (high - low), high + margin * (high - low)


def _writer(numbers: Numbers) -> Callable[[float], str]:
    """How a tick's value is written."""
    return {"plain": _plain, "percent": _percent, "short": short_number, "power": _power}[numbers]


def _plain(value: float) -> str:
    return f"{value:g}"


def _percent(value: float) -> str:
    return f"{100 * value:g}"


def _power(value: float) -> str:
    return f"{value:.0e}" if value < 1e-3 else f"{value:g}"


def short_number(value: float) -> str:
    """`500`, `20k`, `1.5M`."""
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"

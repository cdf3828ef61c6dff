"""What stands at the axes: ticks, their labels, grid lines, and the axes' own labels.

They are a few texts and one collection of lines for each axis. Matplotlib's ticks are five objects each, and took half
of the drawing's time.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import LogLocator, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from report.figures.layout import text_width
from report.figures.plain import Axis, Numbers

Which = Literal["x", "y"]

TICK_SIZE, LABEL_SIZE = 8.5, 9.5
#: Points between an axis and its tick labels.
PAD = 3.5
#: Labels within a decade on a logarithmic axis that spans less than that number of decades.
LOG_LABELS = (
    (0.35, (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)),
    (1.0, (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)),
    (2.0, (1.0, 2.0, 5.0)),
)


@dataclass(frozen=True)
class Scale:
    """An axis with its ticks."""

    positions: tuple[float, ...]
    names: tuple[str, ...]
    label: str = ""
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


def scaled(axes: Axes, which: Which, wanted: Axis) -> Scale:
    """Set an axis's scale and range, and choose its ticks. The data give the range, so all must be drawn before."""
    if wanted.logarithmic:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    if wanted.limits is not None:
        (axes.set_xlim if which == "x" else axes.set_ylim)(*wanted.limits)
    low, high = sorted(axes.get_xlim() if which == "x" else axes.get_ylim())
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
    return Scale(tuple(shown), tuple(write(value) for value in shown), wanted.label)


def named(names: Sequence[str], first: float = 0.0) -> Scale:
    """Names at first, first + 1, …, without grid lines."""
    return Scale(tuple(first + place for place in range(len(names))), tuple(names), grid=False)


def write_scales(axes: Axes, x: Scale, y: Scale, width: float, height: float) -> None:
    """Draw both at axes of this size in inches, in place of Matplotlib's own."""
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    _write(axes, x, "x", -0.2 / height)
    _write(axes, y, "y", -(y.widest + 0.08) / width)


def _write(axes: Axes, scale: Scale, which: Which, beside: float) -> None:
    """Args:
    beside: where the axis's label stands, as a share of the size of the axes.
    """
    across = which == "x"
    # One coordinate is that of the data, the other a share of the axes.
    mixed = axes.get_xaxis_transform() if across else axes.get_yaxis_transform()
    if scale.grid:
        ends = [((at, 0), (at, 1)) if across else ((0, at), (1, at)) for at in scale.positions]
        axes.add_collection(
            LineCollection(ends, transform=mixed, colors="0.8", linewidths=0.8, zorder=0.5), autolim=False
        )
    figure = axes.figure
    assert figure is not None
    shift = ScaledTranslation(0 if across else -PAD / 72, -PAD / 72 if across else 0, figure.dpi_scale_trans)
    for at, name in zip(scale.positions, scale.names, strict=True):
        x, y = (at, 0) if across else (0, at)
        axes.text(
            x, y, name, transform=mixed + shift, fontsize=TICK_SIZE, ha="center" if across else "right",
            va="top" if across else "center_baseline",
        )  # fmt: skip
    if scale.label:
        x, y = (0.5, beside) if across else (beside, 0.5)
        axes.text(
            x, y, scale.label, transform=axes.transAxes, fontsize=LABEL_SIZE, ha="center" if across else "right",
            va="top" if across else "center", rotation=0 if across else 90,
        )  # fmt: skip


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

"""One look for all figures: a colour, marker and line style for each implementation, and how an SVG is written."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from report.text.naming import ARCHITECTURE_ORDER, IMPLEMENTATION_ORDER, implementation_rank, one_line

MARKERS = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "p")
#: Drawn one over another in this order, so that a line shows through the gaps of those that cover it.
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (3, 2)), (0, (5, 1, 1, 1)), (0, (1, 1.2)))

#: Width of a figure in inches, and of a panel's height.
WIDTH = 9.0
PANEL_HEIGHT = 2.9

#: Stands in the file's metadata.
CREATOR = "Threefold report"

#: Labels within a decade on a logarithmic axis that spans less than so many decades.
LOG_LABELS = (
    (0.35, (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)),
    (1.0, (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)),
    (2.0, (1.0, 2.0, 5.0)),
)


Shown: TypeAlias = Literal["open", "folded", "linked"]


@dataclass(frozen=True)
class Figure:
    """A drawn figure."""

    #: File name without its ending, unique within a report.
    name: str
    title: str
    #: What it shows and how to read it; said below it on the page.
    caption: str
    #: What it shows, for those who do not see it.
    alternative: str
    svg: str
    #: How the page has it: one of many of its kind is folded, or, to keep the page light, linked.
    shown: Shown = "open"


@dataclass(frozen=True)
class Look:
    """How an implementation, or a network, is drawn, the same in every figure."""

    color: tuple[float, float, float]
    marker: str
    dashes: Any


def look_of(implementation: str, known: Sequence[str]) -> Look:
    """An implementation's colour, marker and line style.

    Args:
        known: all implementations of the report, by which one that is in no list gets its place.
    """
    return _look(implementation, IMPLEMENTATION_ORDER, known)


def look_of_architecture(label: str, known: Sequence[str]) -> Look:
    """A network's, for figures of what does not depend on the implementation; `known` are all labels shown."""
    return _look(label, ARCHITECTURE_ORDER, known)


def _look(name: str, order: Sequence[str], known: Sequence[str]) -> Look:
    index = [*order, *sorted(set(known) - set(order))].index(name)
    palette = sns.color_palette("colorblind", 10)
    red, green, blue = palette[index % len(palette)]
    return Look((red, green, blue), MARKERS[index % len(MARKERS)], DASHES[index % len(DASHES)])


@contextmanager
def drawing_style() -> Iterator[None]:
    """Seaborn's style for print, text as text, and nothing random or dated in the file."""
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.family": "sans-serif",
        # Titles stand directly above: finding out whether something is in their way costs a sixth of the drawing.
        "axes.titley": 1.0,
        "axes.titlesize": 10.5,
        "axes.labelsize": 9.5,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "legend.fontsize": 9,
        "legend.title_fontsize": 9,
    }
    with sns.axes_style("whitegrid"), sns.plotting_context("paper"), mpl.rc_context(settings):
        yield


def panels(count: int, columns: int, height: float | Sequence[float] = PANEL_HEIGHT) -> tuple[Canvas, list[Axes]]:
    """A canvas with that many axes in rows of at most `columns`.

    Args:
        height: of every panel, or of each one, in inches; a row is as high as its highest.

    The canvas belongs to no window system, and nothing of it outlives the figure.
    """
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    wanted = [height] * count if isinstance(height, int | float) else list(height)
    heights = [max(wanted[row * columns : (row + 1) * columns]) for row in range(rows)]
    canvas = Canvas(figsize=(WIDTH if columns > 1 else WIDTH * 0.7, sum(heights) + 0.6), layout="constrained")
    grid = canvas.subplots(rows, columns, squeeze=False, height_ratios=heights)
    axes = list(grid.flat)
    for unused in axes[count:]:
        unused.remove()
    return canvas, axes[:count]


def columns_for(count: int) -> int:
    """Columns that leave few holes: three, or two where they fill."""
    return 2 if count in (2, 4) else min(3, count)


def legend(
    canvas: Canvas,
    implementations: Iterable[str],
    known: Sequence[str],
    lines: bool = True,
    further: Mapping[str, Line2D] | None = None,
) -> None:
    """One legend for all panels, above them; `further` lines by their labels stand after the implementations."""
    names = sorted(set(implementations), key=implementation_rank)
    handles = [line_handle(look_of(name, known), lines) for name in names]
    labels = [one_line(name).lstrip("_") for name in names]
    for label, handle in (further or {}).items():
        handles.append(handle)
        labels.append(label)
    canvas.legend(handles, labels, loc="outside upper center", ncols=min(len(labels), 6), frameon=False, handlelength=3)


def log_axis(axes: Axes, which: Literal["x", "y"], formatter: Callable[[float], str]) -> None:
    """Make an axis logarithmic, with as many labels as its range needs and no powers to decipher.

    To be called when everything is drawn, since the range decides.
    """
    if which == "x":
        axes.set_xscale("log")
    else:
        axes.set_yscale("log")
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    decades = math.log10(high / low)
    subs = next((subs for most, subs in LOG_LABELS if decades < most), (1.0,))
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(FuncFormatter(lambda value, _: formatter(value)))
    axis.set_minor_locator(NullLocator())


def plain_number(value: float) -> str:
    """`0.05`, `200`."""
    return f"{value:g}"


def short_number(value: float) -> str:
    """`500`, `20k`, `1.5M`."""
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"


def svg_text(canvas: Canvas, name: str, title: str) -> str:
    """The canvas as SVG, with a title and without a date."""
    out = io.StringIO()
    engine = canvas.get_layout_engine()
    if engine is not None:
        # Once and for all: saving would lay out by drawing everything one time more.
        engine.execute(canvas)
        canvas.set_layout_engine("none")
    with mpl.rc_context({"svg.hashsalt": name}):
        canvas.savefig(out, format="svg", metadata={"Title": one_line(title), "Date": None, "Creator": CREATOR})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def is_own(svg: str) -> bool:
    """Whether an SVG was written by a report, and may be removed by one."""
    return f"<dc:title>{CREATOR}</dc:title>" in svg


def line_handle(look: Look, lines: bool = True) -> Line2D:
    """What stands for a look in a legend."""
    return Line2D(
        [],
        [],
        color=look.color,
        marker=look.marker,
        linestyle=look.dashes if lines else "none",
        markeredgecolor="white",
        markersize=7,
        linewidth=1.8,
    )

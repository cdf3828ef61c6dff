"""What a figure shows, as plain data: panels with lines, with intervals, or with a heat map.

Plain data can be sent to another process, and two figures of equal data are the same figure: `content_key` says so.
"""

import hashlib
import json
from dataclasses import dataclass, field, is_dataclass
from typing import Literal, TypeAlias

#: Solid, or an offset and the lengths of strokes and gaps in points.
Dashes: TypeAlias = str | tuple[float, tuple[float, ...]]

#: How the numbers on an axis are written.
Numbers: TypeAlias = Literal["plain", "percent", "short", "power"]

Shown: TypeAlias = Literal["open", "folded", "linked"]
Section: TypeAlias = Literal["summary", "accuracy", "speed", "learning", "sequences", "studies"]


@dataclass(frozen=True)
class Look:
    """How an implementation, or a network, is drawn."""

    color: str
    marker: str
    dashes: Dashes


@dataclass(frozen=True)
class Entry:
    """A line of a legend."""

    label: str
    look: Look


@dataclass(frozen=True)
class Axis:
    """An axis: its label, its scale, and what is written at its ticks."""

    label: str = ""
    logarithmic: bool = False
    numbers: Numbers = "plain"
    #: Whole numbers alone.
    whole: bool = False
    #: Values at which it has a tick, where they are not chosen by the range.
    ticks: tuple[float, ...] | None = None
    #: Lowest and highest value, where they are not those of the data with a margin.
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Line:
    """A line through points; y is None where it has a gap."""

    x: tuple[float, ...]
    y: tuple[float | None, ...]
    look: Look
    width: float = 1.8
    #: The first point that has a marker, and how many points further the next has one.
    markers: tuple[int, int] = (0, 1)
    #: Half the height of the band around it, a value a point.
    band: tuple[float, ...] | None = None


@dataclass(frozen=True)
class LinePanel:
    """Lines over a common x."""

    title: str
    lines: tuple[Line, ...]
    x: Axis
    y: Axis
    #: A horizontal line for comparison.
    level: float | None = None


@dataclass(frozen=True)
class Point:
    """A point with its interval on one of the panel's rows."""

    x: float
    #: Row number, with a fraction that keeps points of one row apart.
    row: float
    look: Look
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class IntervalPanel:
    """Rows with their names at the left, points with intervals on them."""

    title: str
    rows: tuple[str, ...]
    points: tuple[Point, ...]
    x: Axis
    #: A vertical line for comparison.
    level: float | None = None


@dataclass(frozen=True)
class HeatPanel:
    """A heat map with the names of its rows and columns."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    #: A colour map's name, and the values of its ends.
    colors: str
    low: float
    high: float
    #: None is an empty field.
    values: tuple[tuple[float | None, ...], ...]
    #: What is written into the fields.
    texts: tuple[tuple[str, ...], ...] = ()
    #: Label of a bar of colours beside it; empty for none.
    bar: str = ""


Panel: TypeAlias = LinePanel | IntervalPanel | HeatPanel


def fields_of(part: object) -> object:
    """For JSON: a dataclass by its fields, without `dataclasses.asdict`'s copies of all that is in them."""
    return vars(part) if is_dataclass(part) else str(part)


@dataclass(frozen=True)
class Drawing:
    """All that is drawn of a figure; None among the panels is a hole."""

    panels: tuple[Panel | None, ...]
    columns: int
    #: Of each panel, in inches; a row is as high as its highest.
    heights: tuple[float, ...]
    legend: tuple[Entry, ...] = ()
    #: Whether the legend shows lines, not markers alone.
    lines: bool = True

    def content_key(self, drawn_by: str) -> str:
        """SHA-256 over what is drawn and over `drawn_by`, which stands for the drawing code and its libraries."""
        content = json.dumps(self, sort_keys=True, default=fields_of)
        kinds = "".join(type(panel).__name__ for panel in self.panels)
        return hashlib.sha256(f"{drawn_by}\n{kinds}\n{content}".encode()).hexdigest()


@dataclass(frozen=True)
class Figure:
    """A figure: what it shows, in data and in words."""

    #: File name without its ending, unique within a report.
    name: str
    title: str
    #: What it shows and how to read it; stands below it on the page.
    caption: str
    #: What it shows, for those who do not see it.
    alternative: str
    drawing: Drawing
    section: Section
    #: How the page has it: one of many of its kind is folded, or, to keep the page light, linked.
    shown: Shown = "open"
    #: Label of the run that it is of.
    run: str = field(default="", kw_only=True)

    @property
    def png(self) -> bool:
        """Whether it is also drawn as PNG: folded details, and links to them, are not."""
        return self.shown == "open" or self.section == "summary"

    @property
    def files(self) -> tuple[str, ...]:
        """Names of its files."""
        return (f"{self.name}.svg", f"{self.name}.png") if self.png else (f"{self.name}.svg",)


def spread_rows(count: int, share: float) -> list[float]:
    """Offsets that spread `count` points over a share of a row's height."""
    return [share * ((index + 0.5) / count - 0.5) for index in range(count)]

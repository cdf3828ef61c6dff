"""What a figure is planned from, and what a kind of figure declares of itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from benchmarks.records.cells import AccuracyCell
from report.figures.plain import Figure, Section
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow
from report.tables.families import FamilyRow
from report.tables.speed import SpeedRow
from report.text.formatting import integer
from report.text.naming import is_baseline

Item = TypeVar("Item")

#: Networks that one figure has panels for; more are drawn task by task.
MANY = 9
#: Panels of a figure, and figures of a kind, at most: what goes beyond is in the tables.
MOST_PANELS, MOST_FIGURES = 36, 36


@dataclass(frozen=True)
class Sources:
    """A run and its table rows."""

    run: Run
    accuracy: Sequence[AccuracyRow]
    speed: Sequence[SpeedRow]
    families: Sequence[FamilyRow]
    #: All implementations of the report.
    known: Sequence[str]

    @cached_property
    def tasks(self) -> list[str]:
        """Tasks that something was trained on."""
        return sorted({cell.task for cell, _ in self.run.of_kind(AccuracyCell)})

    @cached_property
    def many_trained(self) -> bool:
        """Whether the networks are too many for one figure."""
        cells = [cell for cell, _ in self.run.of_kind(AccuracyCell)]
        return len({(cell.task, cell.architecture, cell.device) for cell in cells if not is_baseline(cell)}) > MANY

    @cached_property
    def many_timed(self) -> bool:
        """Whether the timed networks are."""
        return len({(row.task, row.architecture, row.device) for row in self.speed}) > MANY


@dataclass(frozen=True)
class FigureKind:
    """All that is said of a kind of figure; a module of `report.figures.kinds` holds one as `KIND`.

    `plan` yields figures whose names are still plain words ("speed ratios digits"); file names are made of them.
    """

    title: str
    section: Section
    plan: Callable[[Sources], Iterable[Figure]]
    #: Why there is none, for the page; empty where no reason is needed.
    lacking: str = ""
    #: Details of one run, which a report of many runs leaves to the runs' own reports.
    detail: bool = True


def first_of(items: Sequence[Item], noun: str, most: int = MOST_PANELS) -> tuple[Sequence[Item], str]:
    """As many as are drawn, and what a caption says where they are not all."""
    if len(items) <= most:
        return items, ""
    return items[:most], f" Drawn are the first {most} of {integer(len(items))} {noun}; the table has all."

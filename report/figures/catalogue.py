"""Plans every figure for which there are records, and says for which there are none."""

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from itertools import islice

from benchmarks.records.cells import AccuracyCell, TimingCell
from report.figures import kinds
from report.figures.base import MOST_FIGURES, FigureKind, Sources
from report.figures.plain import Figure, Shown
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow
from report.tables.families import FamilyRow
from report.tables.speed import SpeedRow
from report.text.naming import slug

#: A report of more runs leaves details to the reports of the single runs.
MOST_RUNS_IN_DETAIL = 2
#: Sections whose figures are drawn of a study's run.
OF_STUDIES = ("studies", "speed", "sequences")
#: In which order a run's figures are named and shown.
ORDER = ("families", "accuracies", "speed ratios", "scaling", "learning curves", "accuracy against time")


@dataclass(frozen=True)
class Figures:
    """A run's figures, and a line for each kind of which it has none."""

    run: str
    all: tuple[Figure, ...]
    left_out: tuple[str, ...]


@cache
def figure_kinds() -> tuple[FigureKind, ...]:
    """The `KIND` of every module of `report.figures.kinds`; those that no order names follow by title."""
    modules = [import_module(f"{kinds.__name__}.{module.name}") for module in pkgutil.iter_modules(kinds.__path__)]
    all_kinds = [module.KIND for module in modules]
    known = list(ORDER)
    return tuple(
        sorted(all_kinds, key=lambda kind: (known.index(kind.title) if kind.title in known else len(known), kind.title))
    )


def plan_figures(
    runs: Sequence[Run],
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
    families: Sequence[Sequence[FamilyRow]],
) -> list[Figures]:
    """The figures of each run. Colours are the same in all; files of several runs begin with the run's label.

    Args:
        families: of each run.
    """
    known = sorted(set().union(*(_implementations(run) for run in runs)))
    taken: set[str] = set()
    figures = []
    for run, family_rows in zip(runs, families, strict=True):
        sources = Sources(
            run,
            [row for row in accuracy if row.run == run.label],
            [row for row in speed if row.run == run.label],
            family_rows,
            known,
        )
        figures.append(_planned(sources, taken, several=len(runs)))
    return figures


def _planned(sources: Sources, taken: set[str], several: int) -> Figures:
    planned: list[Figure] = []
    left_out = []
    for kind in figure_kinds():
        if kind.detail and several > MOST_RUNS_IN_DETAIL:
            continue
        if sources.run.manifest.study is not None and kind.section not in OF_STUDIES:
            continue  # it would be drawn of hundreds of variants
        figures = list(islice(kind.plan(sources), MOST_FIGURES + 1))
        if not figures and kind.lacking:
            left_out.append(f"{kind.title}: {kind.lacking}")
        if len(figures) > MOST_FIGURES:
            left_out.append(f"{kind.title}: more than the first {MOST_FIGURES}; the tables have all")
        for figure in figures[:MOST_FIGURES]:
            name = slug(f"{sources.run.label} {figure.name}" if several > 1 else figure.name, taken)
            taken.add(name)
            planned.append(replace(figure, name=name, run=sources.run.label, shown=_shown(figure, several)))
    return Figures(sources.run.label, tuple(planned), tuple(left_out))


def _shown(figure: Figure, several: int) -> Shown:
    """Of many runs only links, so that the page stays light."""
    return "linked" if several > MOST_RUNS_IN_DETAIL else figure.shown


def _implementations(run: Run) -> set[str]:
    accuracies_of, timings_of = run.of_kind(AccuracyCell), run.of_kind(TimingCell)
    return {cell.implementation for cell, _ in accuracies_of} | {cell.implementation for cell, _ in timings_of}

"""Figures of a run, planned as a report plans them."""

from report.figures.catalogue import Figures, plan_figures
from report.runs.reading import Run
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import comparison_rows
from report.tables.families import family_rows
from report.tables.speed import speed_rows


def figures_of(run: Run) -> Figures:
    """All that a report of this run alone would draw."""
    accuracy, speed = accuracy_rows([run]), speed_rows([run])
    (figures,) = plan_figures([run], accuracy, speed, [family_rows(accuracy, speed, comparison_rows([run]))])
    return figures

"""Draws every figure for which there are records, and says for which there are none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.cells import AccuracyCell, TimingCell
from report.figures.accuracies import accuracies
from report.figures.accuracy_time import accuracy_against_time
from report.figures.learning_curves import learning_curves
from report.figures.scaling import scaling
from report.figures.speed_ratios import speed_ratios
from report.figures.style import Figure, drawing_style
from report.measurements import Measurements
from report.naming import slug
from report.reading import Run
from report.tables.accuracy import AccuracyRow, principal_metric
from report.tables.speed import SpeedRow


@dataclass(frozen=True)
class Figures:
    """A run's figures by the part of the page that they belong to, and what could not be drawn."""

    run: str
    accuracy: tuple[Figure, ...]
    speed: tuple[Figure, ...]
    learning: tuple[Figure, ...]
    left_out: tuple[str, ...]

    @property
    def all(self) -> tuple[Figure, ...]:
        """Every figure."""
        return self.accuracy + self.speed + self.learning


def draw_figures(
    runs: Sequence[Run],
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
    measured: Mapping[str, Measurements],
) -> list[Figures]:
    """The figures of each run. Colours are the same in all; files of several runs begin with the run's label."""
    known = sorted(set().union(*(_implementations(run) for run in runs)))
    taken: set[str] = set()
    with drawing_style():
        return [
            _figures(
                run,
                [row for row in accuracy if row.run == run.label],
                [row for row in speed if row.run == run.label],
                measured[run.label],
                known,
                taken,
                prefix=f"{run.label} " if len(runs) > 1 else "",
            )
            for run in runs
        ]


def _figures(
    run: Run,
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
    measured: Measurements,
    known: Sequence[str],
    taken: set[str],
    prefix: str,
) -> Figures:
    left_out: list[str] = []

    def draw(title: str, make: Callable[[str], Figure | None], lacking: str) -> tuple[Figure, ...]:
        name = slug(prefix + title, taken)
        figure = make(name)
        if figure is None:
            left_out.append(f"{title}: {lacking}")
            return ()
        taken.add(name)
        return (figure,)

    principal = {task: principal_metric(run, task) for task in run.manifest.tasks}
    tasks = sorted({cell.task for cell, _ in run.of_kind(AccuracyCell)})
    return Figures(
        run=run.label,
        accuracy=draw("accuracies", lambda name: accuracies(accuracy, name, principal, known), "no accuracy recorded"),
        speed=(
            *draw("speed ratios", lambda name: speed_ratios(speed, name, known), "no timing beside one of torch"),
            *draw("scaling", lambda name: scaling(speed, name, known), "no network timed at two batch sizes"),
        ),
        learning=(
            *(
                figure
                for task in tasks
                for figure in draw(
                    f"learning curves {task}",
                    partial(learning_curves, run, task=task, known=known),
                    "no learning curve recorded",
                )
            ),
            *draw(
                "accuracy against time",
                lambda name: accuracy_against_time(run, name, measured, known),
                "no learning curve recorded",
            ),
        ),
        left_out=tuple(left_out),
    )


def _implementations(run: Run) -> set[str]:
    accuracies_of, timings_of = run.of_kind(AccuracyCell), run.of_kind(TimingCell)
    return {cell.implementation for cell, _ in accuracies_of} | {cell.implementation for cell, _ in timings_of}

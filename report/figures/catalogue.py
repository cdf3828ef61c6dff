"""Draws every figure for which there are records, and says for which there are none."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.records.cells import AccuracyCell, TimingCell
from report.figures.accuracies import accuracies
from report.figures.accuracy_time import accuracy_against_time
from report.figures.attention import attention_weights
from report.figures.gradients import hidden_gradients
from report.figures.lags import accuracy_against_lag
from report.figures.learning_curves import learning_curves
from report.figures.scaling import scaling
from report.figures.speed_ratios import epoch_ratios, speed_ratios
from report.figures.style import Figure, Shown, drawing_style
from report.runs.gradients import gradient_curves
from report.runs.reading import Run
from report.runs.sequences import of_first_implementation
from report.tables.accuracy import AccuracyRow
from report.tables.lags import lag_families
from report.tables.speed import SpeedRow
from report.text.naming import is_baseline, slug

#: Networks that one figure has panels for; more are drawn task by task.
MANY = 9


@dataclass(frozen=True)
class Figures:
    """A run's figures by the part of the page that they belong to, and what could not be drawn."""

    run: str
    accuracy: tuple[Figure, ...]
    speed: tuple[Figure, ...]
    learning: tuple[Figure, ...]
    sequences: tuple[Figure, ...]
    left_out: tuple[str, ...]

    @property
    def all(self) -> tuple[Figure, ...]:
        """Every figure."""
        return self.accuracy + self.speed + self.learning + self.sequences


def draw_figures(
    runs: Sequence[Run],
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
) -> list[Figures]:
    """The figures of each run. Colours are the same in all; files of several runs begin with the run's label."""
    known = sorted(set().union(*(_implementations(run) for run in runs)))
    taken: set[str] = set()
    with drawing_style():
        return [
            _Drawing(
                run,
                [row for row in accuracy if row.run == run.label],
                [row for row in speed if row.run == run.label],
                known,
                taken,
                prefix=f"{run.label} " if len(runs) > 1 else "",
            ).figures()
            for run in runs
        ]


class _Drawing:
    """Draws a run's figures one by one, each under a name of its own."""

    def __init__(
        self,
        run: Run,
        accuracy: Sequence[AccuracyRow],
        speed: Sequence[SpeedRow],
        known: Sequence[str],
        taken: set[str],
        prefix: str,
    ) -> None:
        self._run, self._accuracy, self._speed = run, accuracy, speed
        self._measured, self._known = run.measurements, known
        self._taken, self._prefix = taken, prefix
        self._left_out: list[str] = []
        trained = [cell for cell, _ in run.of_kind(AccuracyCell)]
        self._tasks = sorted({cell.task for cell in trained})
        networks = {(cell.task, cell.architecture, cell.device) for cell in trained if not is_baseline(cell)}
        timed = {(row.task, row.architecture, row.device) for row in speed}
        self._many_trained, self._many_timed = len(networks) > MANY, len(timed) > MANY

    def figures(self) -> Figures:
        """All of them."""
        return Figures(
            run=self._run.label,
            accuracy=self._accuracies(),
            speed=self._speeds(),
            learning=self._learning(),
            sequences=self._sequences(),
            left_out=tuple(self._left_out),
        )

    def _draw(
        self, title: str, make: Callable[[str], Figure | None], lacking: str = "", shown: Shown = "open"
    ) -> tuple[Figure, ...]:
        """The figure, or none and a line that says why, where `lacking` does."""
        name = slug(self._prefix + title, self._taken)
        figure = make(name)
        if figure is None:
            self._left_out += [f"{title}: {lacking}"] if lacking else []
            return ()
        self._taken.add(name)
        return (replace(figure, shown=shown),)

    def _accuracies(self) -> tuple[Figure, ...]:
        principal = {task: self._run.principal_metric(task) for task in self._run.manifest.tasks}
        return self._draw(
            "accuracies",
            lambda name: accuracies(self._accuracy, name, principal, self._known),
            "no accuracy recorded",
        )

    def _speeds(self) -> tuple[Figure, ...]:
        speed, known = self._speed, self._known
        untimed = "no timing beside one of torch"
        if not self._many_timed:
            return (
                *self._draw("speed ratios", lambda name: speed_ratios(speed, name, known), untimed),
                *self._draw("scaling", lambda name: scaling(speed, name, known), "no network timed at two batch sizes"),
            )
        tasks = dict.fromkeys(row.task for row in speed)
        return (
            *self._draw("speed ratios", lambda name: epoch_ratios(speed, name, known), untimed),
            *self._by_task(tasks, "speed ratios", lambda task, name: speed_ratios(speed, name, known, task), "linked"),
            *self._by_task(tasks, "scaling", lambda task, name: scaling(speed, name, known, task), "linked"),
        )

    def _learning(self) -> tuple[Figure, ...]:
        run, known, lacking = self._run, self._known, "no learning curve recorded"
        curves = self._by_task(
            self._tasks,
            "learning curves",
            lambda task, name: learning_curves(run, name, task, known),
            "folded" if self._many_trained else "open",
            lacking,
        )
        if self._many_trained:
            return curves + self._by_task(
                self._tasks,
                "accuracy against time",
                lambda task, name: accuracy_against_time(run, name, self._measured, known, task),
                shown="folded",
            )
        return curves + self._draw(
            "accuracy against time", lambda name: accuracy_against_time(run, name, self._measured, known), lacking
        )

    def _sequences(self) -> tuple[Figure, ...]:
        """What only sequence networks leave; nothing is missing where they left nothing."""
        drawn: list[Figure] = []
        for cell, maps in of_first_implementation(self._run, lambda split: split.attention):
            drawn += self._draw(
                f"attention {cell.task} {cell.architecture}",
                partial(attention_weights, cell.task, cell.architecture, maps),
            )
        curves = gradient_curves(self._run)
        for task in dict.fromkeys(curve.task for curve in curves):
            here = [curve for curve in curves if curve.task == task]
            drawn += self._draw(f"gradients {task}", partial(hidden_gradients, task, here))
        for family in lag_families(self._run, self._accuracy):
            drawn += self._draw(f"lags {family.name}", partial(accuracy_against_lag, family))
        return tuple(drawn)

    def _by_task(
        self,
        tasks: Iterable[str],
        title: str,
        make: Callable[[str, str], Figure | None],
        shown: Shown,
        lacking: str = "",
    ) -> tuple[Figure, ...]:
        """One figure a task."""
        return tuple(
            figure for task in tasks for figure in self._draw(f"{title} {task}", partial(make, task), lacking, shown)
        )


def _implementations(run: Run) -> set[str]:
    accuracies_of, timings_of = run.of_kind(AccuracyCell), run.of_kind(TimingCell)
    return {cell.implementation for cell, _ in accuracies_of} | {cell.implementation for cell, _ in timings_of}

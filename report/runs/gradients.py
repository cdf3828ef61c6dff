"""Gradients of the loss by what each position holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from report.runs.reading import Run
from report.text.naming import place_rank


@dataclass(frozen=True)
class GradientCurve:
    """Mean norms of the gradient by the state at each position, the first position first."""

    task: str
    architecture: str
    implementation: str
    #: With the starting weights, and with the trained ones.
    start: tuple[float, ...]
    end: tuple[float, ...]


def gradient_curves(run: Run) -> list[GradientCurve]:
    """One a network, of the first implementation that has them: the mean over the trainings of which there are any.

    Matched implementations look alike inside; that they do is shown by the certificates, not by more pictures.
    """
    curves: dict[tuple[str, str], GradientCurve] = {}
    for cell, record in sorted(run.of_kind(AccuracyCell), key=lambda pair: place_rank(pair[0])):
        if not isinstance(record.result, AccuracyResult):
            continue
        norms = [split.hidden_gradients for split in record.result.splits if split.hidden_gradients]
        if norms and (cell.task, cell.architecture) not in curves:
            curves[cell.task, cell.architecture] = GradientCurve(
                cell.task,
                cell.architecture,
                cell.implementation,
                _mean([each.start for each in norms]),
                _mean([each.end for each in norms]),
            )
    return list(curves.values())


def _mean(norms: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(norms[0]) if len(norms) == 1 else tuple(map(fmean, zip(*norms, strict=True)))

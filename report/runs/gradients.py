"""Gradients of the loss by hidden states, position by position."""

from dataclasses import dataclass

from report.runs.reading import Run
from report.runs.sequences import of_first_implementation


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
    """One a network, of the first implementation that has them."""
    return [
        GradientCurve(cell.task, cell.architecture, cell.implementation, norms.start, norms.end)
        for cell, norms in of_first_implementation(run, lambda split: split.hidden_gradients)
    ]

"""How far back in a sequence gradients reach."""

from collections.abc import Iterator, Sequence

from report.insights.statement import Statement
from report.runs.gradients import GradientCurve, gradient_curves
from report.runs.reading import Run
from report.text.formatting import number
from report.text.naming import architecture_title


def reach_sentences(run: Run) -> Iterator[str]:
    """How much of the gradient at the last position arrives at the first one, network by network."""
    curves = gradient_curves(run)
    for task in dict.fromkeys(curve.task for curve in curves):
        here = [curve for curve in curves if curve.task == task]
        lags = max(len(curve.start) for curve in here) - 1
        if lags > 0:
            shown = "; ".join(f"{architecture_title(curve.architecture)} {_reach(curve)}" for curve in here)
            yield Statement(
                f"{task} ({here[0].implementation})",
                f"the gradient by the state {lags} steps before the last one, as a share of the last one's: {shown}.",
            )


def _reach(curve: GradientCurve) -> str:
    before, after = (number(_share(norms), digits=2) for norms in (curve.start, curve.end))
    return f"{before} before training and {after} after"


def _share(norms: Sequence[float]) -> float | None:
    return norms[0] / norms[-1] if norms and norms[-1] > 0 else None

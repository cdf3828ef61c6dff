"""Gradients by hidden states against the lag: what vanishes on the way back, and what does not."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from report.figures.style import Figure, line_handle, log_axis, look_of_architecture, panels, svg_text
from report.runs.gradients import GradientCurve
from report.text.naming import architecture_title, one_line

#: Smaller norms, as shares of the largest, are not drawn: they would squeeze everything else.
FLOOR = 1e-20
#: Markers on a line, at most.
MARKERS = 8


def hidden_gradients(task: str, curves: Sequence[GradientCurve], name: str) -> Figure | None:
    """A panel with the starting weights and one with the trained ones, a line a network; None without a gradient."""
    largest = max((norm for curve in curves for norm in (*curve.start, *curve.end)), default=0.0)
    if not largest > 0.0:
        return None
    canvas, axes = panels(2, columns=2, height=3.4)
    known = [curve.architecture for curve in curves]
    for panel, title, series in (
        (axes[0], "before training", [curve.start for curve in curves]),
        (axes[1], "after training", [curve.end for curve in curves]),
    ):
        for label, norms in zip(known, series, strict=True):
            _draw(label, norms, largest * FLOOR, panel, known)
        panel.set(
            title=one_line(f"{task}: {title}"), xlabel="steps back from the last position", ylabel="gradient norm"
        )
        panel.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        panel.set_yscale("log")
    low = min(panel.get_ylim()[0] for panel in axes)
    high = max(panel.get_ylim()[1] for panel in axes)
    for panel in axes:
        panel.set_ylim(low, high)
        log_axis(panel, "y", lambda value: f"{value:.0e}" if value < 1e-3 else f"{value:g}")
    handles = [line_handle(look_of_architecture(label, known)) for label in known]
    titles = [architecture_title(label) for label in known]
    canvas.legend(handles, titles, loc="outside upper center", ncols=min(6, len(known)), frameon=False, handlelength=3)
    title = f"Gradients of hidden states on {task}"
    return Figure(
        name=name,
        title=title,
        caption="Norm of the loss's gradient by the last layer's state, mean over examples, against how many steps "
        "before the last position the state lies; the norms are logarithmic. Where a line falls straight, each step "
        "back multiplies the gradient by the same factor below 1: it vanishes, and what lies that far back is hardly "
        "learned from."
        + (" The reverse of that, a line that rises, is an exploding gradient." if _rises(curves) else ""),
        alternative=f"{title}: two panels, before and after training, gradient norm on a logarithmic axis against the "
        f"steps back, one line for each of {', '.join(titles)}.",
        svg=svg_text(canvas, name, title),
    )


def _draw(label: str, norms: Sequence[float], floor: float, axes: Axes, known: Sequence[str]) -> None:
    look = look_of_architecture(label, known)
    backwards = np.asarray(norms)[::-1]
    shown = np.where(backwards > floor, backwards, np.nan)
    axes.plot(
        np.arange(len(shown)), shown, color=look.color, linestyle=look.dashes, linewidth=1.8, marker=look.marker,
        markevery=max(1, len(shown) // MARKERS), markersize=5, markeredgecolor="white", markeredgewidth=0.6,
    )  # fmt: skip


def _rises(curves: Sequence[GradientCurve]) -> bool:
    return any(norms and norms[0] > norms[-1] for curve in curves for norms in (curve.start, curve.end))

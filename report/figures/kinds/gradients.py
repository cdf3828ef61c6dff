"""Gradients by hidden states against the lag: what vanishes on the way back, and what does not."""

from collections.abc import Iterator, Sequence

from report.figures.base import FigureKind, Sources
from report.figures.looks import look_of_architecture
from report.figures.plain import Axis, Drawing, Entry, Figure, Line, LinePanel
from report.runs.gradients import GradientCurve, gradient_curves
from report.text.naming import architecture_title, one_line

#: Smaller norms, as shares of the largest, are not drawn: they would squeeze everything else.
FLOOR = 1e-20
#: Markers on a line, at most.
MARKERS = 8


def plan(sources: Sources) -> Iterator[Figure]:
    """For each task a panel with the starting weights and one with the trained ones, a line a network."""
    curves = gradient_curves(sources.run)
    for task in dict.fromkeys(curve.task for curve in curves):
        here = [curve for curve in curves if curve.task == task]
        norms = [norm for curve in here for norm in (*curve.start, *curve.end)]
        if max(norms, default=0.0) > 0.0:
            yield _figure(task, here, norms)


def _figure(task: str, curves: Sequence[GradientCurve], norms: Sequence[float]) -> Figure:
    floor = max(norms) * FLOOR
    shown = [norm for norm in norms if norm > floor]
    y = Axis("gradient norm", logarithmic=True, numbers="power", limits=(min(shown) / 1.5, max(shown) * 1.5))
    known = [curve.architecture for curve in curves]
    titles = [architecture_title(label) for label in known]
    title = f"Gradients of hidden states on {task}"
    rises = any(series and series[0] > series[-1] for curve in curves for series in (curve.start, curve.end))
    return Figure(
        name=f"gradients {task}",
        title=title,
        caption="Norm of the loss's gradient by the last layer's state, mean over examples, against how many steps "
        "before the last position the state lies; the norms are logarithmic. Where a line falls straight, each step "
        "back multiplies the gradient by the same factor below 1: it vanishes, and the network hardly learns from what "
        "lies that far back." + (" The reverse of that, a line that rises, is an exploding gradient." if rises else ""),
        alternative=f"{title}: two panels, before and after training, gradient norm on a logarithmic axis against the "
        f"steps back, one line for each of {', '.join(titles)}.",
        drawing=Drawing(
            panels=(
                _panel(f"{task}: before training", {each.architecture: each.start for each in curves}, y, floor),
                _panel(f"{task}: after training", {each.architecture: each.end for each in curves}, y, floor),
            ),
            columns=2,
            heights=(3.4, 3.4),
            legend=tuple(
                Entry(shown_as, look_of_architecture(label, known))
                for label, shown_as in zip(known, titles, strict=True)
            ),
        ),
        section="sequences",
    )


def _panel(title: str, series: dict[str, tuple[float, ...]], y: Axis, floor: float) -> LinePanel:
    lines = []
    for label, norms in series.items():
        backwards = norms[::-1]
        lines.append(
            Line(
                x=tuple(range(len(backwards))),
                y=tuple(norm if norm > floor else None for norm in backwards),
                look=look_of_architecture(label, list(series)),
                markers=(0, max(1, len(backwards) // MARKERS)),
            )
        )
    return LinePanel(one_line(title), tuple(lines), Axis("steps back from the last position", whole=True), y)


KIND = FigureKind("gradients", "sequences", plan)

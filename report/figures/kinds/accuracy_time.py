"""Accuracy against the time spent in training."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import legend_of, look_of
from report.figures.metrics import columns_for, metric_axis
from report.figures.plain import Axis, Drawing, Figure, Line, LinePanel
from report.runs.curves import Curve
from report.runs.measurements import Measurement
from report.text.naming import architecture_title, implementation_rank, one_line

TIMED, CLOCKED = "timed epochs", "training clock"
X_AXIS = Axis("training time (s)", logarithmic=True)


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each network, in one figure, or, of many networks, in one a task."""
    if not sources.many_trained:
        yield from _figure(sources, sources.tasks, "accuracy against time", "Accuracy against training time")
        return
    for task in sources.tasks:
        title = f"Accuracy against training time on {task}"
        for figure in _figure(sources, [task], f"accuracy against time {task}", title):
            yield replace(figure, shown="folded")


def _figure(sources: Sources, tasks: Iterable[str], name: str, title: str) -> Iterator[Figure]:
    known = sources.run.curves
    networks = [(task, network, curves) for task in tasks for network, curves in known.get(task, {}).items()]
    if not networks:
        return
    networks_shown, remark = first_of(networks, "networks")
    epochs = sources.run.measurements.epoch_of
    clocks: dict[str, set[str]] = {TIMED: set(), CLOCKED: set()}
    panels, shown = [], set()
    for task, (architecture, device), curves in networks_shown:
        where = f"{task} ({architecture_title(architecture)}, {device})"
        lines = []
        for curve in curves:
            seconds, clock = _timed(curve, epochs.get(((task, architecture, device), curve.implementation)))
            if clock == CLOCKED and not sources.run.trained_on <= {sources.run.manifest.timed_on}:
                continue  # the clocks of other machines, beside epochs that one has timed
            clocks[clock].add(one_line(f"{curve.implementation} on {where}"))
            shown.add(curve.implementation)
            lines.append(Line(seconds, curve.metric.mean, look_of(curve.implementation, sources.known)))
        metric = str(sources.run.principal_metric(task))
        panel_title = one_line(f"{task}: {architecture_title(architecture)}, {device}")
        if lines:
            panels.append(LinePanel(panel_title, tuple(lines), X_AXIS, metric_axis(metric)))
    if not panels:
        return
    yield Figure(
        name=name,
        title=title,
        caption=f"Mean of the principal metric over the splits after each epoch. {_about(clocks)} "
        f"Timed epochs leave out the first step (tracing, compiling), which the speed table shows by itself.{remark}",
        alternative=f"{title}: one panel a network, the principal metric after each epoch over seconds of training "
        f"on a logarithmic axis, one line for each of {', '.join(sorted(shown, key=implementation_rank))}.",
        drawing=Drawing(
            panels=tuple(panels),
            columns=columns_for(len(panels)),
            heights=(2.9,) * len(panels),
            legend=legend_of(shown, sources.known),
        ),
        section="learning",
    )


def _timed(curve: Curve, epoch: Measurement | None) -> tuple[tuple[float, ...], str]:
    """Seconds after each epoch, and by which clock."""
    seconds = undisturbed_seconds(epoch)
    if epoch is None or seconds is None:
        return curve.train_seconds, CLOCKED
    return tuple(number * seconds * curve.train_examples / epoch.examples for number in curve.epochs), TIMED


def undisturbed_seconds(epoch: Measurement | None) -> float | None:
    """Median seconds of the launches that were not disturbed, or None where there is none."""
    if epoch is None:
        return None
    medians = [epoch.medians[launch] for launch, timing in epoch.timings.items() if not timing.disturbance.disturbed]
    return median(medians) if medians else None


def _about(clocks: dict[str, set[str]]) -> str:
    if not clocks[CLOCKED]:
        return "Time is the number of epochs times the median of the undisturbed timings of an epoch."
    if not clocks[TIMED]:
        return "Time is what passed during training, tracing included, as no epoch was timed undisturbed."
    return (
        "Time is the number of epochs times the median of the undisturbed timings of an epoch; where there is none, "
        f"what passed during training, tracing included: {_first(sorted(clocks[CLOCKED]))}."
    )


def _first(places: Sequence[str], most: int = 12) -> str:
    more = f" and {len(places) - most} more" if len(places) > most else ""
    return f"{'; '.join(places[:most])}{more}"


KIND = FigureKind("accuracy against time", "learning", plan, lacking="no learning curve by this machine's clock")

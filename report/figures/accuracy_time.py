"""Accuracy against the time spent in training."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from report.figures.learning_curves import curve_points, scale_metric
from report.figures.style import Figure, columns_for, legend, log_axis, look_of, panels, plain_number, svg_text
from report.runs.measurements import Measurement, Measurements
from report.runs.reading import Run
from report.text.naming import architecture_title, implementation_rank, one_line

TIMED, CLOCKED = "timed epochs", "training clock"


def accuracy_against_time(
    run: Run, name: str, measured: Measurements, known: Sequence[str], only: str | None = None
) -> Figure | None:
    """A panel for each network, of one task alone where it is given; None where there is no learning curve."""
    networks = [
        (task, str(architecture), str(device), metric, here)
        for task in sorted(run.manifest.tasks)
        if only in (None, task)
        and (metric := run.principal_metric(task))
        and not (curves := curve_points(run, task)).empty
        for (architecture, device), here in curves.groupby(["architecture", "device"], sort=False)
        if metric in here
    ]
    if not networks:
        return None
    epochs = {(each.network, each.cell.implementation): each for each in measured.epochs()}
    canvas, axes = panels(len(networks), columns=columns_for(len(networks)))
    clocks: dict[str, set[str]] = {TIMED: set(), CLOCKED: set()}
    shown: set[str] = set()
    for (task, architecture, device, metric, curves), panel in zip(networks, axes, strict=True):
        for implementation in sorted(set(curves["implementation"]), key=implementation_rank):
            here = curves[curves["implementation"] == implementation]
            points, clock = _timed(here, metric, epochs.get(((task, architecture, device), implementation)))
            clocks[clock].add(one_line(f"{implementation} on {task} ({architecture_title(architecture)}, {device})"))
            shown.add(implementation)
            _draw(points, metric, panel, implementation, known)
        panel.set_xlabel("training time (s)")
        log_axis(panel, "x", plain_number)
        panel.set_title(one_line(f"{task}: {architecture_title(architecture)}, {device}"))
        scale_metric(panel, metric, "y")
    legend(canvas, shown, known)
    title = f"Accuracy against training time{'' if only is None else f' on {only}'}"
    return Figure(
        name=name,
        title=title,
        caption=f"Mean of the principal metric over the splits after each epoch. {_about(clocks)} "
        "The first step (tracing, compiling) is not in timed epochs; the speed table gives it apart.",
        alternative=f"{title}: one panel a network, the principal metric after each epoch over seconds of training "
        f"on a logarithmic axis, one line for each of {', '.join(sorted(shown, key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def _timed(curves: pd.DataFrame, metric: str, epoch: Measurement | None) -> tuple[pd.DataFrame, str]:
    """Mean metric and seconds after each epoch, and by which clock."""
    means = curves.groupby("epoch", as_index=False)[[metric, "train_seconds", "train_examples"]].mean()
    seconds = undisturbed_seconds(epoch)
    if epoch is None or seconds is None:
        means["seconds"] = means["train_seconds"]
        return means, CLOCKED
    means["seconds"] = means["epoch"] * seconds * means["train_examples"] / epoch.examples
    return means, TIMED


def undisturbed_seconds(epoch: Measurement | None) -> float | None:
    """Median seconds of the launches that were not disturbed, or None where there is none."""
    if epoch is None:
        return None
    medians = [epoch.medians[launch] for launch, timing in epoch.timings.items() if not timing.disturbance.disturbed]
    return float(pd.Series(medians).median()) if medians else None


def _draw(points: pd.DataFrame, metric: str, axes: Axes, implementation: str, known: Sequence[str]) -> None:
    look = look_of(implementation, known)
    axes.plot(
        points["seconds"], points[metric], color=look.color, linestyle=look.dashes, linewidth=1.8, marker=look.marker,
        markersize=5, markeredgecolor="white", markeredgewidth=0.6,
    )  # fmt: skip


def _about(clocks: dict[str, set[str]]) -> str:
    if not clocks[CLOCKED]:
        return "Time is the number of epochs times the median of the undisturbed timings of an epoch."
    if not clocks[TIMED]:
        return "Time is what passed during training, tracing included, as no epoch was timed undisturbed."
    return (
        "Time is the number of epochs times the median of the undisturbed timings of an epoch; where there is none, "
        f"what passed during training, tracing included: {'; '.join(sorted(clocks[CLOCKED]))}."
    )

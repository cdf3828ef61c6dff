"""Learning curves: training loss and the principal metric against the epoch."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from report.figures.style import PANEL_HEIGHT, Figure, legend, look_of, panels, svg_text
from report.runs.baselines import Baseline
from report.runs.reading import Run
from report.text.formatting import integer
from report.text.naming import architecture_title, higher_is_better, implementation_rank, one_line, place_rank

#: Markers that a line has at most; more would hide it.
MARKERS_A_LINE = 8
#: Networks side by side, and the height of a panel where there are more.
NETWORKS_A_ROW = 3
SMALL_PANEL_HEIGHT = 2.2
BASELINE_LINE: dict[str, Any] = {"color": "0.3", "linestyle": ":", "linewidth": 1.4}


def learning_curves(run: Run, name: str, task: str, known: Sequence[str]) -> Figure | None:
    """A task's curves, the architectures side by side, the loss above the metric; None where there are none."""
    metric = run.principal_metric(task)
    curves = curve_points(run, task)
    if metric is None or curves.empty or metric not in curves:
        return None
    networks = list(dict.fromkeys(zip(curves["architecture"], curves["device"], strict=True)))
    canvas, axes = _pairs_of_panels(len(networks))
    baseline = run.best_baselines.get(task)
    for (architecture, device), (loss_axes, metric_axes) in zip(networks, axes, strict=True):
        here = curves[(curves["architecture"] == architecture) & (curves["device"] == device)]
        _draw(here, "loss", loss_axes, known)
        _draw(here, metric, metric_axes, known)
        loss_axes.set(title=one_line(f"{task}: {architecture_title(architecture)}, {device}"), ylabel="training loss")
        loss_axes.set_xlabel("epoch")
        scale_metric(metric_axes, metric, "y")
        metric_axes.set_xlabel("epoch")
        for epoch_axis in (loss_axes.xaxis, metric_axes.xaxis):
            epoch_axis.set_major_locator(MaxNLocator(8, integer=True))
        if baseline is not None:
            metric_axes.axhline(baseline.mean, **BASELINE_LINE)
    further = {} if baseline is None else {_baseline_label(baseline): Line2D([], [], **BASELINE_LINE)}
    legend(canvas, curves["implementation"], known, further=further)
    title = f"Learning curves on {task}"
    return Figure(
        name=name,
        title=title,
        caption="Mean over the splits (folds and seeds), with a band of one standard deviation to either side. "
        "Implementations that do the same lie on one another: each line shows through the gaps of those above it."
        f"{_about_partial_points(run, task)}",
        alternative=f"{title}: training loss and held-out {metric_of(metric).title} against the epoch, one line for "
        f"each of {', '.join(sorted(set(curves['implementation']), key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def _pairs_of_panels(networks: int) -> tuple[Canvas, list[tuple[Axes, Axes]]]:
    """For each network a panel and one below it, at most three networks in a row."""
    columns = min(NETWORKS_A_ROW, max(2, networks))
    rows = math.ceil(networks / columns)
    canvas, axes = panels(2 * rows * columns, columns, height=PANEL_HEIGHT if rows == 1 else SMALL_PANEL_HEIGHT)
    places = [(2 * (number // columns) * columns + number % columns) for number in range(networks)]
    pairs = [(axes[place], axes[place + columns]) for place in places]
    used = [panel for pair in pairs for panel in pair]
    for panel in axes:
        if panel not in used:
            panel.remove()
    return canvas, pairs


def _baseline_label(baseline: Baseline) -> str:
    which = "baseline" if baseline.among == 1 else f"best of {baseline.among} baselines"
    return f"{architecture_title(baseline.cell.architecture)} ({which})"


def _about_partial_points(run: Run, task: str) -> str:
    """What must be said where only some held-out examples stand behind a point."""
    evaluated = {
        point.evaluated
        for cell, record in run.of_kind(AccuracyCell)
        if cell.task == task and isinstance(record.result, AccuracyResult)
        for split in record.result.splits
        for point in split.curve
        if point.evaluated is not None
    }
    if not evaluated:
        return ""
    return f" Points rest on the first {integer(max(evaluated))} held-out examples, those of the last epoch on all."


def curve_points(run: Run, task: str) -> pd.DataFrame:
    """One row for each epoch of each split of a task's networks, the metrics as columns."""
    rows = []
    for cell, record in sorted(run.of_kind(AccuracyCell), key=lambda pair: place_rank(pair[0])):
        if cell.task != task or not isinstance(record.result, AccuracyResult):
            continue
        for split in record.result.splits:
            rows += [
                {
                    "architecture": cell.architecture,
                    "device": cell.device,
                    "implementation": cell.implementation,
                    "train_examples": split.train_examples,
                    "epoch": point.epoch,
                    "loss": point.train_loss,
                    "train_seconds": point.train_seconds,
                    **point.metrics,
                }
                for point in split.curve
            ]
    return pd.DataFrame(rows)


def scale_metric(axes: Axes, metric: str, which: str) -> None:
    """Label an axis with a metric, in percent where it is told so, and with its direction where that is down."""
    known = metric_of(metric)
    axis = axes.yaxis if which == "y" else axes.xaxis
    unit = " (%)" if known.percent else ""
    said = "lower is better" if higher_is_better(metric) is False else "on held-out data"
    axis.set_label_text(one_line(f"{known.title}{unit}, {said}"))
    if known.percent:
        axis.set_major_formatter(lambda value, _: f"{100 * value:g}")


def _draw(curves: pd.DataFrame, column: str, axes: Axes, known: Sequence[str]) -> None:
    implementations = sorted(set(curves["implementation"]), key=implementation_rank)
    for index, implementation in enumerate(implementations):
        look = look_of(implementation, known)
        over_splits = curves[curves["implementation"] == implementation].groupby("epoch")[column]
        mean, deviation = over_splits.mean(), over_splits.std()
        step = max(len(implementations), math.ceil(len(mean) / MARKERS_A_LINE))
        axes.plot(
            mean.index, mean, color=look.color, linestyle=look.dashes, linewidth=2.4 - 0.3 * index, marker=look.marker,
            markevery=(index * step // len(implementations), step), markersize=6, markeredgecolor="white",
            markeredgewidth=0.75,
        )  # fmt: skip
        if deviation.notna().any():
            axes.fill_between(mean.index, mean - deviation, mean + deviation, color=look.color, alpha=0.15, linewidth=0)
    axes.set_ylabel(column)

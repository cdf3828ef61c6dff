"""Learning curves: training loss and the principal metric against the epoch."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from benchmarks.cells import AccuracyCell
from benchmarks.records import AccuracyResult
from report.figures.style import Figure, legend, look_of, panels, svg_text
from report.naming import architecture_title, implementation_rank, is_baseline, metric_of, one_line
from report.reading import Run
from report.statistics.intervals import mean_of
from report.tables.accuracy import principal_metric

#: Markers that a line has at most; more would hide it.
MARKERS_A_LINE = 8
BASELINE_LINE: dict[str, Any] = {"color": "0.3", "linestyle": ":", "linewidth": 1.4}


def learning_curves(run: Run, name: str, task: str, known: Sequence[str]) -> Figure | None:
    """A task's curves, the architectures side by side; None where there are none."""
    metric = principal_metric(run, task)
    curves = curve_points(run, task)
    if metric is None or curves.empty or metric not in curves:
        return None
    networks = list(dict.fromkeys(zip(curves["architecture"], curves["device"], strict=True)))
    canvas, axes = panels(2 * len(networks), columns=max(2, len(networks)))
    above, below = axes[: len(networks)], axes[len(networks) :]
    baseline = baseline_mean(run, task, metric)
    for (architecture, device), loss_axes, metric_axes in zip(networks, above, below, strict=True):
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
            metric_axes.axhline(baseline, **BASELINE_LINE)
    further = {} if baseline is None else {"linear baseline": Line2D([], [], **BASELINE_LINE)}
    legend(canvas, curves["implementation"], known, further=further)
    title = f"Learning curves on {task}"
    return Figure(
        name=name,
        title=title,
        caption="Mean over the splits (folds and seeds), with a band of one standard deviation to either side. "
        "Implementations that do the same lie on one another: each line shows through the gaps of those above it.",
        alternative=f"{title}: training loss and held-out {metric_of(metric).title} against the epoch, one line for "
        f"each of {', '.join(sorted(set(curves['implementation']), key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def curve_points(run: Run, task: str) -> pd.DataFrame:
    """One row for each epoch of each split of a task's networks, the metrics as columns."""
    rows = []
    for cell, record in sorted(run.of_kind(AccuracyCell), key=lambda pair: _order(pair[0])):
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


def baseline_mean(run: Run, task: str, metric: str) -> float | None:
    """The baseline's mean on a task, if it was trained."""
    for cell, record in run.of_kind(AccuracyCell):
        if cell.task == task and is_baseline(cell) and isinstance(record.result, AccuracyResult):
            return mean_of([split.metrics[metric] for split in record.result.splits])
    return None


def scale_metric(axes: Axes, metric: str, which: str) -> None:
    """Label an axis with a metric, in percent where it is told so."""
    known = metric_of(metric)
    axis = axes.yaxis if which == "y" else axes.xaxis
    unit = " (%)" if known.percent else ""
    axis.set_label_text(one_line(f"{known.title} on held-out data{unit}"))
    if known.percent:
        axis.set_major_formatter(lambda value, _: f"{100 * value:g}")


def _draw(curves: pd.DataFrame, column: str, axes: Axes, known: Sequence[str]) -> None:
    implementations = sorted(set(curves["implementation"]), key=implementation_rank)
    for index, implementation in enumerate(implementations):
        look = look_of(implementation, known)
        here = curves[curves["implementation"] == implementation]
        step = max(len(implementations), math.ceil(here["epoch"].nunique() / MARKERS_A_LINE))
        sns.lineplot(
            here, x="epoch", y=column, ax=axes, errorbar="sd", color=look.color, linestyle=look.dashes,
            marker=look.marker, markevery=(index * step // len(implementations), step), markersize=6,
            linewidth=2.4 - 0.3 * index, err_kws={"alpha": 0.15, "linewidth": 0}, legend=False,
        )  # fmt: skip


def _order(cell: AccuracyCell) -> tuple[object, ...]:
    return cell.architecture, cell.device, implementation_rank(cell.implementation)

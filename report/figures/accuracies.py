"""Accuracies of all networks and baselines with their intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from report.figures.learning_curves import scale_metric
from report.figures.style import Figure, legend, look_of, panels, svg_text
from report.naming import architecture_title, implementation_rank, one_line
from report.tables.accuracy import AccuracyRow


def accuracies(
    rows: Sequence[AccuracyRow], name: str, principal: Mapping[str, str | None], known: Sequence[str]
) -> Figure | None:
    """A panel for each task; None where nothing was trained to its end.

    Args:
        principal: task -> its principal metric.
    """
    shown = [row for row in rows if row.mean is not None and principal.get(row.task) == row.metric]
    tasks = sorted({row.task for row in shown})
    if not tasks:
        return None
    lines = max(sum(row.task == task for row in shown) for task in tasks)
    canvas, axes = panels(len(tasks), columns=2 if len(tasks) > 1 else 1, height=1.0 + 0.24 * lines)
    for task, panel in zip(tasks, axes, strict=True):
        _draw([row for row in shown if row.task == task], panel, known)
    implementations = {row.implementation for row in shown}
    legend(canvas, implementations, known, lines=False)
    title = "Accuracy of networks and baselines"
    return Figure(
        name=name,
        title=title,
        caption="Mean of each task's principal metric on held-out data with its 95 % interval; the axes do not begin "
        "at zero. That intervals overlap says little about a difference: the same splits were used for all, and the "
        "comparisons table tests the differences on them.",
        alternative=f"{title}: one panel a task, one line a network and implementation, mean and 95 % interval of the "
        f"principal metric, for {', '.join(sorted(implementations, key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def _draw(rows: Sequence[AccuracyRow], axes: Axes, known: Sequence[str]) -> None:
    several_devices = len({row.device for row in rows}) > 1
    labels = []
    for line, row in enumerate(rows):
        look = look_of(row.implementation, known)
        if row.ci_low is not None and row.ci_high is not None:
            axes.plot([row.ci_low, row.ci_high], [line, line], color=look.color, linewidth=1.6, marker="|")
        axes.plot(
            [row.mean or 0.0], [line], marker=look.marker, color=look.color, markersize=7, markeredgecolor="white",
            linestyle="none", zorder=3,
        )  # fmt: skip
        device = f" {row.device}" if several_devices else ""
        labels.append(one_line(f"{architecture_title(row.architecture)} {row.implementation}{device}"))
    axes.set_yticks(range(len(rows)), labels)
    axes.set(ylim=(len(rows) - 0.5, -0.5), title=one_line(rows[0].task))
    axes.margins(x=0.08)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    scale_metric(axes, rows[0].metric, "x")

"""Accuracies of all networks and baselines with their intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from report.figures.learning_curves import scale_metric
from report.figures.style import Figure, legend, look_of, panels, svg_text
from report.tables.accuracy import AccuracyRow
from report.text.naming import architecture_title, implementation_rank, one_line

#: Share of a line's height over which its implementations are spread.
SPREAD = 0.7


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
    places = {task: _places([row for row in shown if row.task == task]) for task in tasks}
    implementations = {row.implementation for row in shown}
    heights = [0.9 + max(0.26, 0.09 * len(implementations)) * len(places[task]) for task in tasks]
    canvas, axes = panels(len(tasks), columns=2 if len(tasks) > 1 else 1, height=heights)
    for task, panel in zip(tasks, axes, strict=True):
        _draw([row for row in shown if row.task == task], places[task], panel, known)
    legend(canvas, implementations, known, lines=False)
    title = "Accuracy of networks and baselines"
    return Figure(
        name=name,
        title=title,
        caption="Mean of each task's principal metric on held-out data with its 95 % interval; the axes do not begin "
        "at zero. That intervals overlap says little about a difference: the same splits were used for all, and the "
        "comparisons table tests the differences on them.",
        alternative=f"{title}: one panel a task, one line a network or baseline, mean and 95 % interval of the "
        f"principal metric, for {', '.join(sorted(implementations, key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def _places(rows: Sequence[AccuracyRow]) -> list[tuple[str, str]]:
    """A task's lines: networks and baselines, on each device."""
    return list(dict.fromkeys((row.architecture, row.device) for row in rows))


def _draw(rows: Sequence[AccuracyRow], places: Sequence[tuple[str, str]], axes: Axes, known: Sequence[str]) -> None:
    several_devices = len({row.device for row in rows}) > 1
    for number, place in enumerate(places):
        here = [row for row in rows if (row.architecture, row.device) == place]
        for index, row in enumerate(here):
            line = number + SPREAD * ((index + 0.5) / len(here) - 0.5)
            look = look_of(row.implementation, known)
            if row.ci_low is not None and row.ci_high is not None:
                axes.plot([row.ci_low, row.ci_high], [line, line], color=look.color, linewidth=1.4, marker="|")
            axes.plot(
                [row.mean or 0.0], [line], marker=look.marker, color=look.color, markersize=6,
                markeredgecolor="white", linestyle="none", zorder=3,
            )  # fmt: skip
    labels = [
        one_line(f"{architecture_title(architecture)}{f' {device}' if several_devices else ''}")
        for architecture, device in places
    ]
    axes.set_yticks(range(len(places)), labels)
    axes.set(ylim=(len(places) - 0.5, -0.5), title=one_line(rows[0].task))
    axes.margins(x=0.08)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    scale_metric(axes, rows[0].metric, "x")

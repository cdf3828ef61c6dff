"""How the rate grows with the batch."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from report.figures.style import Figure, legend, log_axis, look_of, panels, short_number, svg_text
from report.tables.speed import SpeedRow
from report.text.naming import OPERATIONS, architecture_title, implementation_rank, one_line

SCALED = ("train_step", "predict")


def scaling(rows: Sequence[SpeedRow], name: str, known: Sequence[str], only: str | None = None) -> Figure | None:
    """A pair of panels for each network timed at two batch sizes or more, of one task alone where it is given; None
    where there is none.
    """
    timed = [
        row for row in rows if row.operation in SCALED and row.samples_per_s is not None and only in (None, row.task)
    ]
    networks = [
        network
        for network in dict.fromkeys((row.task, row.architecture, row.device) for row in timed)
        if len({row.batch_size for row in timed if (row.task, row.architecture, row.device) == network}) > 1
    ]
    if not networks:
        return None
    columns = 4 if len(networks) > 1 else 2
    canvas, axes = panels(2 * len(networks), columns=columns, height=2.5)
    wanted = [(network, operation) for network in networks for operation in SCALED]
    shown: set[str] = set()
    for (network, operation), panel in zip(wanted, axes, strict=True):
        here = [
            row for row in timed if (row.task, row.architecture, row.device) == network and row.operation == operation
        ]
        shown |= {row.implementation for row in here}
        _draw(here, panel, known)
        task, architecture, device = network
        panel.set_title(
            one_line(f"{task}: {architecture_title(architecture)}, {device}\n") + f"\n{OPERATIONS[operation]}"
        )
    for index, panel in enumerate(axes):
        panel.set_ylabel("examples/s" if index % columns == 0 else "")
    legend(canvas, shown, known)
    title = f"Scaling with the batch size{'' if only is None else f' on {only}'}"
    return Figure(
        name=name,
        title=title,
        caption="Examples a second against the examples of a batch, both axes logarithmic: where a line rises, the "
        "cost of a call counts, where it is flat, that of the arithmetic. Medians over process launches.",
        alternative=f"{title}: for each network a panel for training steps and one for predictions, examples a second "
        f"against batch size, one line for each of {', '.join(sorted(shown, key=implementation_rank))}.",
        svg=svg_text(canvas, name, title),
    )


def _draw(rows: Sequence[SpeedRow], axes: Axes, known: Sequence[str]) -> None:
    for implementation in sorted({row.implementation for row in rows}, key=implementation_rank):
        look = look_of(implementation, known)
        here = [row for row in rows if row.implementation == implementation]
        axes.plot(
            [row.batch_size for row in here], [row.samples_per_s or 0.0 for row in here], color=look.color,
            linestyle=look.dashes, linewidth=1.8, marker=look.marker, markersize=6, markeredgecolor="white",
            markeredgewidth=0.6,
        )  # fmt: skip
    axes.set_xlabel("batch size")
    log_axis(axes, "y", short_number)
    log_axis(axes, "x", short_number)
    sizes = sorted({row.batch_size for row in rows})
    axes.set_xticks(sizes, [str(size) for size in sizes])

"""How the rate grows with the batch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import legend_of, look_of
from report.figures.plain import Axis, Drawing, Figure, Line, LinePanel
from report.tables.speed import SpeedRow
from report.text.naming import OPERATIONS, architecture_title, implementation_rank, one_line

SCALED = ("train_step", "predict")


def plan(sources: Sources) -> Iterator[Figure]:
    """A pair of panels for each network timed at two batch sizes or more, in one figure, or one a task."""
    networks: dict[tuple[str, str, str], list[SpeedRow]] = {}
    for row in sources.speed:
        if row.operation in SCALED and row.samples_per_s is not None:
            networks.setdefault((row.task, row.architecture, row.device), []).append(row)
    scaled = {place: rows for place, rows in networks.items() if len({row.batch_size for row in rows}) > 1}
    if not sources.many_timed:
        if scaled:
            yield _figure(scaled, sources.known, "scaling", "Scaling with the batch size")
        return
    tasks: dict[str, dict[tuple[str, str, str], list[SpeedRow]]] = {}
    for place, rows in scaled.items():
        tasks.setdefault(place[0], {})[place] = rows
    for task, here in tasks.items():
        figure = _figure(here, sources.known, f"scaling {task}", f"Scaling with the batch size on {task}")
        yield replace(figure, shown="linked")


def _figure(
    networks: dict[tuple[str, str, str], list[SpeedRow]], known: Sequence[str], name: str, title: str
) -> Figure:
    columns = 4 if len(networks) > 1 else 2
    drawn, remark = first_of(list(networks), "networks", most=16)
    panels: list[LinePanel] = []
    for place in drawn:
        for operation in SCALED:
            here = [row for row in networks[place] if row.operation == operation]
            panels.append(_panel(place, operation, here, known, labelled=len(panels) % columns == 0))
    shown = {row.implementation for place in drawn for row in networks[place]}
    return Figure(
        name=name,
        title=title,
        caption="Examples a second against the examples of a batch, both axes logarithmic: where a line rises, the "
        "cost of a call counts, where it is flat, that of the arithmetic. Medians over process launches."
        f"{remark}",
        alternative=f"{title}: for each network a panel for training steps and one for predictions, examples a second "
        f"against batch size, one line for each of {', '.join(sorted(shown, key=implementation_rank))}.",
        drawing=Drawing(tuple(panels), columns, (2.5,) * len(panels), legend_of(shown, known)),
        section="speed",
    )


def _panel(
    place: tuple[str, str, str], operation: str, rows: Sequence[SpeedRow], known: Sequence[str], labelled: bool
) -> LinePanel:
    lines = []
    for implementation in sorted({row.implementation for row in rows}, key=implementation_rank):
        here = [row for row in rows if row.implementation == implementation]
        lines.append(
            Line(
                x=tuple(float(row.batch_size) for row in here),
                y=tuple(row.samples_per_s for row in here),
                look=look_of(implementation, known),
            )
        )
    task, architecture, device = place
    return LinePanel(
        title=one_line(f"{task}: {architecture_title(architecture)}, {device}") + f"\n{OPERATIONS[operation]}",
        lines=tuple(lines),
        x=Axis("batch size", logarithmic=True, ticks=tuple(sorted({float(row.batch_size) for row in rows}))),
        y=Axis("examples/s" if labelled else "", logarithmic=True, numbers="short"),
    )


KIND = FigureKind("scaling", "speed", plan, lacking="no network timed at two batch sizes")

"""Time of a training step against the batch size, on the processor and on a GPU: where lines cross, the GPU pays."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import look_of
from report.figures.plain import Axis, Drawing, Entry, Figure, Line, LinePanel, Look
from report.tables.devices import PROCESSOR
from report.tables.speed import SpeedRow
from report.text.naming import architecture_title, implementation_rank, one_line

OPERATION = "train_step"


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each network that was timed on two devices."""
    networks: dict[tuple[str, str], list[SpeedRow]] = {}
    for row in sources.speed:
        if row.operation == OPERATION and row.median_s is not None:
            networks.setdefault((row.task, row.architecture), []).append(row)
    both = {place: rows for place, rows in networks.items() if len({row.device for row in rows}) > 1}
    if not both:
        return
    drawn, remark = first_of(list(both), "networks", most=16)
    shown = {(row.implementation, row.device) for place in drawn for row in both[place]}
    names = sorted(shown, key=lambda each: (implementation_rank(each[0]), each[1] != PROCESSOR, each[1]))
    title = "A training step on both devices"
    yield Figure(
        name="devices",
        title=title,
        caption="Seconds of a training step against the examples of a batch, both axes logarithmic; solid lines on the "
        "processor, dashed ones on the GPU. Where an implementation's lines cross, the GPU begins to pay. Medians over "
        f"process launches.{remark}",
        alternative=f"{title}: one panel a network, seconds against batch size, one line for each of "
        f"{', '.join(_label(*each) for each in names)}.",
        drawing=Drawing(
            tuple(_panel(place, both[place], sources.known) for place in drawn),
            columns=2 if len(drawn) > 1 else 1,
            heights=(3.0,) * len(drawn),
            legend=tuple(Entry(_label(*each), _look(*each, sources.known)) for each in names),
        ),
        section="speed",
    )


def _panel(place: tuple[str, str], rows: Sequence[SpeedRow], known: Sequence[str]) -> LinePanel:
    lines: dict[tuple[str, str], list[SpeedRow]] = {}
    for row in sorted(rows, key=lambda row: (implementation_rank(row.implementation), row.batch_size)):
        lines.setdefault((row.implementation, row.device), []).append(row)
    task, architecture = place
    return LinePanel(
        title=one_line(f"{task}: {architecture_title(architecture)}"),
        lines=tuple(
            Line(
                x=tuple(float(row.batch_size) for row in here),
                y=tuple(row.median_s for row in here),
                look=_look(*each, known),
            )
            for each, here in lines.items()
        ),
        x=Axis("batch size", logarithmic=True, ticks=tuple(sorted({float(row.batch_size) for row in rows}))),
        y=Axis("seconds a step", logarithmic=True, numbers="short"),
    )


def _label(implementation: str, device: str) -> str:
    return one_line(f"{implementation}, {'CPU' if device == PROCESSOR else device}").lstrip("_")


def _look(implementation: str, device: str, known: Sequence[str]) -> Look:
    """The implementation's colour and marker; the line says where."""
    return replace(look_of(implementation, known), dashes="-" if device == PROCESSOR else (0.0, (4.0, 2.0)))


KIND = FigureKind("devices", "speed", plan)

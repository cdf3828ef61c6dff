"""Seconds of training after 1, 10, … steps, as it comes and compiled: where lines cross, compiling has paid."""

from collections.abc import Iterator, Sequence

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import legend_of, look_of
from report.figures.plain import Axis, Drawing, Figure, Line, LinePanel
from report.studies.compiling import CompilingRow, compiling_rows
from report.text.naming import architecture_title, one_line

#: Steps at which the lines have points.
STEPS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each network at its largest batch size."""
    rows = compiling_rows([sources.run])
    largest: dict[tuple[str, str, str], int] = {}
    for row in rows:
        place = row.task, row.architecture, row.device
        largest[place] = max(row.batch_size, largest.get(place, 0))
    places, remark = first_of(list(largest), "networks")
    if not places:
        return
    shown = {
        place: [row for row in rows if (row.task, row.architecture, row.device) == place and row.batch_size == size]
        for place, size in largest.items()
        if place in places
    }
    names = {name for here in shown.values() for row in here for name in (row.base, row.compiled)}
    title = "Seconds of training by steps, as it comes and compiled"
    yield Figure(
        name="compiling",
        title=title,
        caption="The first step and the later ones, by medians over launches, both axes logarithmic. Where a compiled "
        f"line crosses the other of its framework, compiling has paid.{remark}",
        alternative=f"{title}: one panel a network, one line for each of {', '.join(sorted(names))}.",
        drawing=Drawing(
            panels=tuple(_panel(here, sources.known) for here in shown.values()),
            columns=2 if len(shown) > 1 else 1,
            heights=(3.0,) * len(shown),
            legend=legend_of(names, sources.known),
        ),
        section="studies",
    )


def _panel(rows: Sequence[CompilingRow], known: Sequence[str]) -> LinePanel:
    lines = []
    for row in rows:
        for name, first, later in (
            (row.base, row.first_base_s, row.step_base_s),
            (row.compiled, row.first_compiled_s, row.step_compiled_s),
        ):
            seconds = tuple(first + (steps - 1) * later for steps in STEPS)
            lines.append(Line(tuple(map(float, STEPS)), seconds, look_of(name, known)))
    title = f"{rows[0].task}: {architecture_title(rows[0].architecture)}, batches of {rows[0].batch_size}"
    x = Axis("steps", logarithmic=True, numbers="power")
    return LinePanel(one_line(title), tuple(lines), x, Axis("seconds", logarithmic=True, numbers="short"))


KIND = FigureKind("compiling", "studies", plan, detail=False)

"""Searches for hyperparameters: the expected best validation result against the number of trials."""

from collections.abc import Iterator

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import COLOURS, DASHES, MARKERS
from report.figures.metrics import metric_axis
from report.figures.plain import Axis, Drawing, Entry, Figure, Line, LinePanel, Look
from report.studies.searches import search_curves
from report.studies.view import METHOD_TITLES
from report.text.naming import architecture_title, one_line

LOOKS = {method: Look(COLOURS[place], MARKERS[place], DASHES[place]) for place, method in enumerate(METHOD_TITLES)}


def plan(sources: Sources) -> Iterator[Figure]:
    """A panel for each network, by each implementation that searched, a line a method."""
    curves = search_curves(sources.run)
    if not curves:
        return
    places = list(dict.fromkeys((each.task, each.recipe, each.implementation) for each in curves))
    several = len({implementation for *_, implementation in places}) > 1
    networks, remark = first_of(places, "networks")
    panels = []
    for task, recipe, implementation in networks:
        here = [
            each for each in curves if (each.task, each.recipe, each.implementation) == (task, recipe, implementation)
        ]
        by = f", {implementation}" if several else ""
        lines = tuple(
            Line(tuple(map(float, range(1, len(each.expected) + 1))), each.expected, LOOKS[each.method], markers=(0, 3))
            for each in here
        )
        axis = metric_axis(here[0].metric)
        panels.append(
            LinePanel(
                one_line(f"{task}: {architecture_title(recipe)}{by}"),
                lines,
                Axis("trials", whole=True),
                Axis(axis.label.replace("on held-out data", "on validation parts"), numbers=axis.numbers),
            )
        )
    methods = [method for method in METHOD_TITLES if any(each.method == method for each in curves)]
    title = "Expected best validation result against the number of trials"
    yield Figure(
        name="searches",
        title=title,
        caption="Means over the searches of all outer splits. For random search the expectation over all orders of "
        f"its trials (Dodge et al. 2019), for the others the best so far.{remark}",
        alternative=f"{title}: one panel a network, one line for each of "
        f"{', '.join(METHOD_TITLES[method] for method in methods)}.",
        drawing=Drawing(
            tuple(panels),
            columns=2 if len(panels) > 1 else 1,
            heights=(3.0,) * len(panels),
            legend=tuple(Entry(METHOD_TITLES[method], LOOKS[method]) for method in methods),
        ),
        section="studies",
    )


KIND = FigureKind("searches", "studies", plan, detail=False)

"""Fills the template."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from report.claims.wording import TEST, summary
from report.comparing.views import differences_view, two_runs_view
from report.contents import Contents
from report.figures.catalogue import MOST_RUNS_IN_DETAIL, Figures
from report.figures.plain import Figure, Section
from report.page import methods
from report.page.claims import decided_claims, undecided_claims
from report.page.environment import environment_facts, failures, tasks_view, wall_time_view
from report.page.inlining import inline_svg
from report.page.summary import heat_map, what_was_run, where_the_rest_is
from report.page.texts import WrittenText, decoded_views, written_texts
from report.runs.reading import Run
from report.tables.views.base import MOST_ROWS, View, condensed
from report.tables.views.compact import accuracy_side_by_side, speed_side_by_side
from report.tables.views.counts import counts_sentence, counts_view, power_sentence

#: What the page can do beyond being read; it is complete without.
SCRIPTS = ("filtering.js", "sorting.js")


@dataclass(frozen=True)
class PageTable:
    """A table as the page has it, or, where it is too long for a page, its name and length."""

    view: View

    @property
    def rows(self) -> int:
        """How many it has."""
        return self.view.count

    @property
    def shown(self) -> bool:
        """Whether it is on the page."""
        return not self.view.left_out


def render_page(contents: Contents, drawn: Mapping[str, Path], wait: Callable[[], None] = lambda: None) -> str:
    """The whole page as HTML; everything that comes from records is escaped.

    Args:
        drawn: name of a figure -> its SVG file.
        wait: returns when all of these files are there; called once all the rest of the page is written.
    """
    environment = page_environment()
    figures: list[Figure] = []
    mark = f"figure {secrets.token_hex(16)} "  # which no record can have foreseen

    def inline(figure: Figure) -> Markup:
        figures.append(figure)
        return Markup(f"{mark}{len(figures)};")

    def figure_of(match: re.Match[str]) -> str:
        number = int(match[1])
        figure = figures[number - 1]
        return inline_svg(drawn[figure.name].read_text(encoding="utf-8"), figure.alternative, number)

    environment.filters["inline"] = inline
    environment.globals["most"] = MOST_ROWS
    template = environment.get_template("page.html")
    taken = set(contents.tables)
    detailed = len(contents.runs) <= MOST_RUNS_IN_DETAIL
    page = template.render(
        contents=contents,
        detailed=detailed,
        rest=where_the_rest_is(contents.runs),
        outcomes=counts_sentence(contents.comparisons),
        power=power_sentence(contents.comparisons),
        heat_maps=[
            heat
            for run in contents.runs
            if (heat := heat_map(run.label, [row for row in contents.families if row.run == run.label]))
        ],
        claims_summary=summary(contents.claims),
        claim_test=TEST,
        decided=decided_claims(contents.claims),
        undecided=undecided_claims(contents.claims),
        tables=_tables(contents),
        runs=[_described(run, taken, detailed) for run in contents.runs],
        methods=methods,
        figures=_by_section(contents.figures),
        style=environment.get_template("style.css").render(),
        scripts=[environment.get_template(name).render() for name in SCRIPTS],
    )
    wait()
    return re.sub(f"{mark}([0-9]+);", figure_of, page)


def page_environment() -> Environment:
    """Jinja with the templates of pages."""
    return Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _tables(contents: Contents) -> dict[str, PageTable]:
    views = {name: table.view for name, table in contents.tables.items()}
    principal = {(run.label, task): run.principal_metric(task) for run in contents.runs for task in run.manifest.tasks}
    accuracy = [row for row in contents.accuracy if principal.get((row.run, row.task)) == row.metric]
    views["accuracy_side_by_side"] = accuracy_side_by_side(accuracy, contents.several)
    views["speed_side_by_side"] = speed_side_by_side(contents.speed, contents.several)
    views["counts"] = counts_view(contents.comparisons)
    if contents.beside is not None:
        views["what_differs"] = differences_view(contents.beside.differences)
        views["two_runs_by_network"] = two_runs_view(contents.beside, principal=True)
    return {name: PageTable(condensed(view)) for name, view in views.items()}


def _described(run: Run, taken: set[str], detailed: bool) -> dict[str, object]:
    return {
        "label": run.label,
        "line": what_was_run(run),
        "environment": environment_facts(run),
        "tasks": PageTable(tasks_view(run)),
        "wall_time": PageTable(wall_time_view(run)),
        "failures": failures(run),
        "problems": run.problems,
        "texts": _by_task(written_texts(run)) if detailed else {},
        "decoded": [PageTable(view) for view in decoded_views(run, taken)] if detailed else [],
        "facts": {
            "accuracy": list(methods.accuracy_facts(run)),
            "comparisons": list(methods.comparison_facts()),
            "speed": list(methods.speed_facts(run)),
            "certificates": list(methods.certificate_facts(run)),
        },
    }


def _by_section(figures: Sequence[Figures]) -> dict[str, list[Figure]]:
    """The figures of each section; the same figure of all runs stands together."""
    sections: dict[str, list[Figure]] = {name: [] for name in get_args(Section)}
    titles = list(dict.fromkeys(figure.title for each in figures for figure in each.all))
    for figure in sorted(
        (figure for each in figures for figure in each.all), key=lambda each: titles.index(each.title)
    ):
        sections[figure.section].append(figure)
    return sections


def _by_task(texts: Sequence[WrittenText]) -> dict[str, list[WrittenText]]:
    tasks: dict[str, list[WrittenText]] = {}
    for each in texts:
        tasks.setdefault(each.task, []).append(each)
    return tasks

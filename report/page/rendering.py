"""Fills the template."""

from collections.abc import Iterable, Sequence
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined

from report.contents import Contents
from report.figures import Figures
from report.figures.style import Figure
from report.page import methods
from report.page.environment import environment_facts, failures, progress, tasks_view
from report.page.inlining import inline_svg
from report.page.texts import WrittenText, decoded_views, written_texts
from report.runs.reading import Run

#: What the page can do beyond being read; it is complete without.
SCRIPTS = ("filtering.js", "sorting.js")


def render_page(contents: Contents) -> str:
    """The whole page as HTML; everything that comes from records is escaped."""
    environment = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    numbers = count(1)

    def inline(figure: Figure) -> str:
        return inline_svg(figure, next(numbers))

    environment.filters["inline"] = inline
    template = environment.get_template("page.html")
    taken = set(contents.tables)
    return template.render(
        contents=contents,
        views={name: table.view for name, table in contents.tables.items()},
        runs=[_told(run, taken) for run in contents.runs],
        methods=methods,
        figures=_by_section(contents.figures),
        style=environment.get_template("style.css").render(),
        scripts=[environment.get_template(name).render() for name in SCRIPTS],
    )


def _told(run: Run, taken: set[str]) -> dict[str, object]:
    return {
        "label": run.label,
        "progress": progress(run),
        "environment": environment_facts(run),
        "tasks": tasks_view(run),
        "failures": failures(run),
        "problems": run.problems,
        "texts": _by_task(written_texts(run)),
        "decoded": decoded_views(run, taken),
        "facts": {
            "accuracy": list(methods.accuracy_facts(run)),
            "comparisons": list(methods.comparison_facts()),
            "speed": list(methods.speed_facts(run)),
            "certificates": list(methods.certificate_facts(run)),
        },
    }


def _by_section(figures: Sequence[Figures]) -> dict[str, list[tuple[str, Figure]]]:
    return {
        "accuracy": _side_by_side((each.run, each.accuracy) for each in figures),
        "speed": _side_by_side((each.run, each.speed) for each in figures),
        "learning": _side_by_side((each.run, each.learning) for each in figures),
        "sequences": _side_by_side((each.run, each.sequences) for each in figures),
    }


def _by_task(texts: Sequence[WrittenText]) -> dict[str, list[WrittenText]]:
    found: dict[str, list[WrittenText]] = {}
    for each in texts:
        found.setdefault(each.task, []).append(each)
    return found


def _side_by_side(runs: Iterable[tuple[str, Sequence[Figure]]]) -> list[tuple[str, Figure]]:
    """The same figure of all runs, then the next one."""
    titles: dict[str, list[tuple[str, Figure]]] = {}
    for run, figures in runs:
        for figure in figures:
            titles.setdefault(figure.title, []).append((run, figure))
    return [pair for pairs in titles.values() for pair in pairs]

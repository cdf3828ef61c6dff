"""The page of `threefold versions`: what each version changed in speed, memory and accuracy."""

from collections.abc import Sequence

from report.comparing.upgrades import PARTS, overview, part_view
from report.comparing.verdicts import Comparison
from report.page.rendering import SCRIPTS, PageTable, page_environment
from report.tables.views.base import MOST_ROWS, condensed


def render_upgrades(comparisons: Sequence[Comparison]) -> str:
    """The whole page as HTML; everything that comes from the verdicts is escaped.

    Args:
        comparisons: one at least, of the same baseline.
    """
    environment = page_environment()
    upgrades = []
    for number, each in enumerate(comparisons, start=1):
        views = [part_view(each, part, number) for part in PARTS]
        upgrades.append(
            {
                "title": f"{each.candidate} beside {each.baseline}",
                "summary": each.summary,
                "notes": each.notes,
                "tables": [PageTable(condensed(view)) for view in views if view.rows],
            }
        )
    return environment.get_template("upgrades.html").render(
        baseline=comparisons[0].baseline,
        overview=PageTable(overview(comparisons)),
        upgrades=upgrades,
        most=MOST_ROWS,
        style=environment.get_template("style.css").render(),
        scripts=[environment.get_template(name).render() for name in SCRIPTS],
    )

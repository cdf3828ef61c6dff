"""The page is written while figures are still drawn; each then stands where it belongs."""

import re
from pathlib import Path

from report.contents import contents_of
from report.page.rendering import render_page
from report.runs.reading import read_run
from tests.report.sample_runs import sample_records, write_run


def test_figures_are_read_when_they_are_drawn_and_each_stands_in_its_place(tmp_path: Path) -> None:
    contents = contents_of([read_run(write_run(tmp_path / "run", sample_records(["numpy", "torch"])))])
    figures = [figure for each in contents.figures for figure in each.all]
    drawn = {figure.name: tmp_path / f"{figure.name}.svg" for figure in figures}

    def draw() -> None:
        for name, path in drawn.items():
            path.write_text(f"<svg ><text>this is {name};</text></svg>", encoding="utf-8")

    page = render_page(contents, drawn, draw)
    shown = [figure.name for figure in figures if figure.shown != "linked"]
    assert len(shown) > 3
    assert re.findall(r'<figure id="figure-(.*)">\n<svg .*>this is (.*);</text>', page) == [
        (name, name) for name in shown
    ]

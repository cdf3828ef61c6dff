"""A report of many records takes as much longer as there are more of them: no line runs for each pair of tasks.

Wall time says little on a loaded machine. How often each line of the report's code runs is the same each time, and of
twice as many tasks it may be twice as often.
"""

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from report.contents import contents_of
from report.page.rendering import render_page
from report.runs.reading import read_run
from report.tables.files import csv_text
from report.tables.views.base import markdown
from tests.report.report_times import write_many

ROOT = Path(__file__).resolve().parents[2]
CODE = tuple(str(ROOT / package) for package in ("report", "benchmarks", "impls"))
#: Lines that run less often are not looked at: what is done once for the whole report hides there.
SELDOM = 20
#: Twice would be right; some lines are reached only from some number of tasks on.
MOST = 2.6


def _line_counts(folder: Path, tasks: int) -> Counter[tuple[str, int]]:
    """How often each line ran for everything between reading and writing."""
    write_many(folder / "run", tasks, launches=2)
    drawn = folder / "drawn.svg"
    drawn.write_text("<svg></svg>", encoding="utf-8")
    counts: Counter[tuple[str, int]] = Counter()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(CODE):
            return None
        if event == "line":
            counts[frame.f_code.co_filename, frame.f_lineno] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        contents = contents_of([read_run(folder / "run")])
        render_page(contents, {figure.name: drawn for each in contents.figures for figure in each.all})
        for table in contents.tables.values():
            csv_text(table.row_type, table.rows)
            markdown(table.view)
    finally:
        sys.settrace(before)
    return counts


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Of six tasks, and of twelve."""
    folders = [tmp_path_factory.mktemp(str(tasks)) for tasks in (6, 12)]
    _line_counts(tmp_path_factory.mktemp("warm"), 1)  # what is cached for ever, and imports
    few, many = (_line_counts(folder, tasks) for folder, tasks in zip(folders, (6, 12), strict=True))
    return few, many


def test_no_line_runs_for_each_pair_of_tasks(counts: tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]) -> None:
    few, many = counts
    steep = {
        f"{Path(name).relative_to(ROOT)}:{line}": (few[name, line], count)
        for (name, line), count in many.items()
        if count > SELDOM and count > MOST * few[name, line]
    }
    assert steep == {}


def test_the_lines_of_the_tables_are_counted(
    counts: tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]],
) -> None:
    """Else the test above would see nothing."""
    _, many = counts
    files = {Path(name).name for name, _ in many}
    assert files >= {
        "accuracy.py",
        "comparisons.py",
        "speed.py",
        "families.py",
        "gains.py",
        "rendering.py",
        "methods.py",
    }

"""From run folders to a report: tables, figures and the page, from records alone."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.store import write_beside
from report.contents import Contents, contents_of
from report.errors import ReportError
from report.figures.style import is_own
from report.page.rendering import render_page
from report.reading import read_runs
from report.tables.files import csv_text
from report.views.base import markdown

PAGE, TABLES, FIGURES = "index.html", "tables", "figures"


def build_report(directories: Sequence[Path], out: Path) -> None:
    """Write `out/tables`, `out/figures` and `out/index.html` for one run, or for several side by side.

    The same records give the same bytes. Figures of an earlier report that this one has not are removed, so that
    `out/figures` holds what the page shows.

    Raises:
        RunFolderError: one of the folders holds no run.
        ReportError: no folder was given, or `out` cannot be written.
    """
    if not directories:
        raise ReportError("no run to report: give the folder of at least one")
    contents = contents_of(read_runs(directories))
    try:
        _write(contents, out)
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror}; make room or give --out") from None


def _write(contents: Contents, out: Path) -> None:
    (out / TABLES).mkdir(parents=True, exist_ok=True)
    (out / FIGURES).mkdir(exist_ok=True)
    for name, table in contents.tables.items():
        write_beside(out / TABLES / f"{name}.csv", csv_text(table.row_type, table.rows, table.leave_out))
        write_beside(out / TABLES / f"{name}.md", markdown(table.view) + "\n")
    drawn = {f"{figure.name}.svg": figure.svg for figures in contents.figures for figure in figures.all}
    for name, svg in drawn.items():
        write_beside(out / FIGURES / name, svg)
    for path in (out / FIGURES).glob("*.svg"):
        if path.name not in drawn and is_own(path.read_text(encoding="utf-8", errors="replace")):
            path.unlink()
    write_beside(out / PAGE, render_page(contents))

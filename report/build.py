"""From run folders to a report: tables, figures and the page, from records alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.records.ownership import FIGURES, PAGE, TABLES, check_folder, check_report_files, claim_folder
from benchmarks.records.store import write_beside
from report.contents import Contents, contents_of
from report.errors import ReportError
from report.figures.style import is_own
from report.page.rendering import render_page
from report.runs.reading import read_runs
from report.tables.files import csv_text
from report.tables.views.base import markdown


def build_report(directories: Sequence[Path], out: Path) -> None:
    """Write `out/tables`, `out/figures` and `out/index.html` for one run, or for several side by side.

    The same records give the same bytes. Figures of an earlier report that this one has not are removed, so that
    `out/figures` holds what the page shows.

    Raises:
        RunFolderError: one of the folders holds no run, or `out` holds what we have not written.
        ReportError: no folder was given, or `out` cannot be written.
    """
    if not directories:
        raise ReportError("no run to report: give the folder of at least one")
    runs = read_runs(directories)
    check_folder(out)
    check_report_files(out)
    contents = contents_of(runs)
    try:
        _write(contents, out)
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror}; make room or give --out") from None


def _write(contents: Contents, out: Path) -> None:
    drawn = {f"{figure.name}.svg": figure.svg for figures in contents.figures for figure in figures.all}
    _check_figures(out / FIGURES, drawn)
    page = render_page(contents)
    claim_folder(out)
    (out / TABLES).mkdir(exist_ok=True)
    (out / FIGURES).mkdir(exist_ok=True)
    write_beside(out / PAGE, page)  # first: a folder with our page has no tables but ours
    for name, table in contents.tables.items():
        write_beside(out / TABLES / f"{name}.csv", csv_text(table.row_type, table.rows, table.leave_out))
        write_beside(out / TABLES / f"{name}.md", markdown(table.view) + "\n")
    for name, svg in drawn.items():
        write_beside(out / FIGURES / name, svg)
    for path in (out / FIGURES).glob("*.svg"):
        if path.name not in drawn and is_own(path.read_text(encoding="utf-8", errors="replace")):
            path.unlink()


def _check_figures(folder: Path, names: Iterable[str]) -> None:
    """Refuse to draw over a figure that no report has drawn."""
    for path in (folder / name for name in names):
        if path.is_symlink() or (path.exists() and not is_own(path.read_text(encoding="utf-8", errors="replace"))):
            raise ReportError(f"{path}: was not drawn by Threefold; move it away or give another folder with --out")

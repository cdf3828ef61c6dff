"""Computes a report and writes its files."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.records.ownership import FIGURES, PAGE, TABLES, check_folder, check_report_files, claim_folder
from benchmarks.records.store import write_beside, writing_beside
from report.contents import Table, contents_of
from report.errors import ReportError
from report.figures.making import Drawers, figure_key
from report.figures.ownership import is_own
from report.figures.plain import Figure
from report.page.rendering import render_page
from report.runs.reading import read_runs
from report.tables.files import check_table_files, csv_text, write_parquet
from report.tables.views.base import markdown
from report.text.naming import without_controls
from report.writing.state import State, file_digest, is_intact, remember


def write_report(
    directories: Sequence[Path],
    out: Path,
    inputs: str,
    last: State | None,
    drawers: Drawers,
    versions: bool = False,
) -> None:
    """Write the report, using figures of the last one that would be the same.

    Args:
        inputs: digest of what the report depends on, to be remembered.
        last: how the folder's last report was written.
        drawers: make the others.
        versions: of two runs by other versions, what these change is the question.

    Raises:
        RunFolderError, ReportError: as `build_report`.
        OSError: a file cannot be written.
    """
    runs = read_runs(directories)
    check_folder(out)
    check_report_files(out)
    contents = contents_of(runs, versions)
    for name, table in contents.tables.items():
        check_table_files(out / TABLES, name, table.row_type, [column.title for column in table.view.columns])
    figures = [figure for each in contents.figures for figure in each.all]
    _check_figures(out / FIGURES, figures)
    keys = {figure.name: figure_key(figure) for figure in figures}
    drawn = _drawn(figures, keys, out, last, drawers)
    tables = {file: content for name, table in contents.tables.items() for file, content in _files(name, table)}
    pictures = {figure.name: drawn[f"{figure.name}.svg"] for figure in figures}
    page = render_page(contents, pictures, drawers.finish)
    names = _write(tables, page, drawn, out)
    _remove_old(out, last, names)
    remember(out, State(inputs, {name: file_digest(out / name) for name in names}, keys))


def _drawn(
    figures: Sequence[Figure], keys: Mapping[str, str], out: Path, last: State | None, drawers: Drawers
) -> dict[str, Path]:
    """File name -> where the file is, or will be when the drawers have finished: in the last report, or drawn anew."""
    kept: list[Figure] = []
    changed: list[Figure] = []
    for figure in figures:
        names = [f"{FIGURES}/{name}" for name in figure.files]
        same = last is not None and last.figures.get(figure.name) == keys[figure.name]
        (kept if same and last is not None and is_intact(out, last, names) else changed).append(figure)
    drawers.begin(changed)
    return {name: out / FIGURES / name for figure in kept for name in figure.files} | {
        name: drawers.folder / name for figure in changed for name in figure.files
    }


def _write(tables: Mapping[str, bytes], page: str, drawn: Mapping[str, Path], out: Path) -> list[str]:
    """Write everything; the names of all files."""
    claim_folder(out)
    (out / TABLES).mkdir(exist_ok=True)
    (out / FIGURES).mkdir(exist_ok=True)
    write_beside(out / PAGE, without_controls(page))  # first: a folder with our page has no tables but ours
    names = [PAGE]
    for name, content in tables.items():
        with writing_beside(out / TABLES / name) as file:
            file.write(content)
        names.append(f"{TABLES}/{name}")
    for name, path in drawn.items():
        if path.parent != out / FIGURES:
            with writing_beside(out / FIGURES / name) as file:
                file.write(path.read_bytes())
        names.append(f"{FIGURES}/{name}")
    return names


def _remove_old(out: Path, last: State | None, names: Sequence[str]) -> None:
    """Remove what the last report had and this one has not, such as a table of two runs, unless it was changed.

    A figure that somebody copied under another name or drew on still says that we made it: nothing is removed but
    what the last report wrote, as it wrote it. The folder may come from somebody else: nothing is removed but tables
    and figures, whatever its state names.
    """
    for name, digest in (last.outputs if last is not None else {}).items():
        ours = Path(name).parent in (Path(TABLES), Path(FIGURES))
        if ours and name not in names and digest and file_digest(out / name) == digest:
            (out / name).unlink()


def _files(name: str, table: Table) -> Iterator[tuple[str, bytes]]:
    """A table's files: their names and what is in them."""
    yield f"{name}.csv", without_controls(csv_text(table.row_type, table.rows, table.leave_out)).encode()
    yield f"{name}.md", (markdown(table.view) + "\n").encode()
    parquet = io.BytesIO()
    write_parquet(parquet, table.row_type, table.rows, table.leave_out)
    yield f"{name}.parquet", parquet.getvalue()


def _check_figures(folder: Path, figures: Sequence[Figure]) -> None:
    """Refuse to draw over a file that no report has drawn."""
    for path in (folder / name for figure in figures for name in figure.files):
        if (path.exists() or path.is_symlink()) and not is_own(path):
            raise ReportError(f"{path}: was not drawn by Threefold; move it away or give another folder with --out")

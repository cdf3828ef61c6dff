"""Rebuilds everything published from its records: `python -m report.publishing`, from the project's root.

Reports of the runs in `results/published` and `results/examples` that have a page, and the blocks of README and of the
documentation. Whatever would come out differently is named by `differences`, which a test holds to be nothing.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.records.ownership import FIGURES, PAGE, TABLES
from benchmarks.records.store import MANIFEST
from impls.errors import ThreefoldError
from report.build import build_report
from report.contents import contents_of
from report.figures.ownership import is_own
from report.page.rendering import render_page
from report.readme import update_readme
from report.runs.reading import read_run
from report.tables.files import csv_text
from report.tables.views.base import markdown
from report.writing.state import remembered_state

PUBLISHED = Path("results") / "published"
#: Runs of other machines that show what a page can have; no claim rests on them.
EXAMPLES = Path("results") / "examples"
#: Files with blocks of results.
DOCUMENTS = (Path("README.md"), Path("docs") / "results.md", Path("docs") / "beside-published.md")


def published_reports(project: Path) -> list[Path]:
    """Folders of published runs, and of examples, that have a page."""
    manifests = (path for folder in (PUBLISHED, EXAMPLES) for path in (project / folder).rglob(MANIFEST))
    return sorted(path.parent for path in manifests if (path.parent / PAGE).exists())


def rebuild(project: Path) -> Iterator[Path]:
    """Write every report and every block again; yields what is written.

    Raises:
        RunFolderError, ReportError: a published run cannot be read, or a document has no place for its block.
    """
    for folder in published_reports(project):
        build_report([folder], folder)
        remove_old_figures(folder)
        yield folder / PAGE
    for document in DOCUMENTS:
        update_readme(project / document, project / PUBLISHED)
        yield project / document


def remove_old_figures(folder: Path) -> None:
    """Remove the figures that earlier versions drew and this one does not.

    A report removes those of the last one that it remembers; a checkout remembers none, and has every figure in git.
    """
    state = remembered_state(folder)
    for path in (folder / FIGURES).iterdir():
        if state is not None and f"{FIGURES}/{path.name}" not in state.outputs and is_own(path):
            path.unlink()


def differences(folder: Path) -> list[str]:
    """Tables, page and figures of a published run that its records would give otherwise.

    Figures are taken as they are, since their bytes depend on Matplotlib's version: theirs is that none is missing.
    """
    contents = contents_of([read_run(folder)])
    wanted = {f"{TABLES}/{name}.md": markdown(table.view) + "\n" for name, table in contents.tables.items()}
    for name, table in contents.tables.items():
        wanted[f"{TABLES}/{name}.csv"] = csv_text(table.row_type, table.rows, table.leave_out)
    drawn = {figure.name: folder / FIGURES / f"{figure.name}.svg" for each in contents.figures for figure in each.all}
    missing = [path.relative_to(folder).as_posix() for path in drawn.values() if not path.exists()]
    if not missing:
        wanted[PAGE] = render_page(contents, drawn)
    return missing + [name for name, text in wanted.items() if _read(folder / name) != text]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main() -> None:
    """Rebuild all of it, or the reports of the run folders that are named."""
    started = time.perf_counter()
    folders = [Path(each) for each in sys.argv[1:]]
    try:
        for folder in folders:
            build_report([folder], folder)
            remove_old_figures(folder)
            print(f"{(folder / PAGE).as_posix()} is written")
        for path in () if folders else rebuild(Path()):
            print(f"{path.as_posix()} is written")
    except ThreefoldError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(f"in {time.perf_counter() - started:.0f} s")

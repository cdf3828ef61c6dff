"""From run folders to a report: tables, figures and the page, from records alone."""

import gc
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.records.store import COMPRESSED, RECORDS
from report.comparing.stored_verdicts import has_verdicts
from report.errors import ReportError
from report.figures.making import Drawers
from report.writing.state import inputs_digest, is_intact, remembered_state

#: Bytes of records from which on there are many figures: what draws them starts before records are read.
EARLY = 200_000


def build_report(directories: Sequence[Path], out: Path, versions: bool = False) -> None:
    """Write `out/tables`, `out/figures` and `out/index.html` for one run, or for several side by side.

    The same records give the same bytes. A report that was made of the same records by the same code, and is still as
    it was written, is left as it is; otherwise only figures whose data changed are drawn. Figures of an earlier report
    that this one does not have are removed, so that `out/figures` holds what the page shows.

    Args:
        directories: folders of runs, or the one folder of `threefold versions`, whose page is of what was judged there.
        out: the report's folder.
        versions: of two runs, what other versions change is the question, so they are no reason against a verdict.

    Raises:
        RunFolderError: one of the folders holds no run, or `out` holds what Threefold has not written.
        ReportError: no folder was given, or `out` cannot be written.
    """
    if not directories:
        raise ReportError("no run to report: give the folder of at least one")
    try:
        if len(directories) == 1 and has_verdicts(directories[0]):
            from report.writing.upgrades import write_upgrades

            write_upgrades(directories[0], out)
        else:
            with _without_looking_for_garbage():
                _build_of_runs(directories, out, versions)
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror}; make room or give --out") from None


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """All that is read is kept to the end: of 100,000 records, going through it again and again took half the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _build_of_runs(directories: Sequence[Path], out: Path, versions: bool) -> None:
    inputs = inputs_digest(directories, versions)
    last = remembered_state(out)
    if last is not None and last.inputs == inputs and is_intact(out, last):
        return
    with tempfile.TemporaryDirectory(prefix="threefold-") as scratch, Drawers(Path(scratch)) as drawers:
        if last is None and sum(map(_size_of_records, directories)) > EARLY:
            drawers.start()
        # Here, since it imports SciPy and Jinja, for which an unchanged report does not wait, nor what draws.
        from report.writing.assembly import write_report

        write_report(directories, out, inputs, last, drawers, versions)


def _size_of_records(directory: Path) -> int:
    """In bytes, about: compressed records take a fifth of their size."""
    return _size(directory / RECORDS) or 5 * _size(directory / COMPRESSED)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0

"""From run folders to a report: tables, figures and the page, from records alone."""

from collections.abc import Sequence
from pathlib import Path

from report.errors import ReportError
from report.writing.state import inputs_digest, is_intact, remembered_state


def build_report(directories: Sequence[Path], out: Path) -> None:
    """Write `out/tables`, `out/figures` and `out/index.html` for one run, or for several side by side.

    The same records give the same bytes. A report that was made of the same records by the same code, and is still as
    it was written, is left as it is; otherwise only figures whose data changed are drawn. Figures of an earlier report
    that this one does not have are removed, so that `out/figures` holds what the page shows.

    Raises:
        RunFolderError: one of the folders holds no run, or `out` holds what Threefold has not written.
        ReportError: no folder was given, or `out` cannot be written.
    """
    if not directories:
        raise ReportError("no run to report: give the folder of at least one")
    inputs = inputs_digest(directories)
    last = remembered_state(out)
    if last is not None and last.inputs == inputs and is_intact(out, last):
        return
    # Here, since it imports SciPy and Jinja, for which an unchanged report does not wait.
    from report.writing.assembly import write_report

    try:
        write_report(directories, out, inputs, last)
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror}; make room or give --out") from None

"""What becomes of a cell: its record on disk, its line in the progress, its line in the summary."""

import errno
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.execution.jobs import Job, Observer, Outcome
from benchmarks.records.cells import Cell, PeakCell, cell_title
from benchmarks.records.results import CertificateResult, Record
from benchmarks.records.store import append_record
from benchmarks.runner.jobs import training_path
from benchmarks.runner.plan import DataFacts
from benchmarks.runner.progress import Reporter
from impls.engines import implementations
from impls.errors import ThreefoldError


class Reported(Observer):
    """Passes the reports of jobs on to the reporter, cell by cell."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def started(self, job: Job) -> None:
        for each in job.cells:
            self._reporter.started(each.cell)

    def progressed(self, job: Job, news: str) -> None:
        for each in job.cells:
            self._reporter.progressed(each.cell, news)

    def again(self, job: Job, reason: str) -> None:
        for each in job.cells:
            self._reporter.again(each.cell, reason)


def keep(directory: Path, reporter: Reporter, outcome: Outcome, seconds: float) -> None:
    """Record a cell; from now on it counts.

    Raises:
        OSError: the disk is full, or was for the cell's process.
        ThreefoldError: that of the cell's worker is full.
    """
    now = datetime.now(UTC)
    reason = outcome.reason
    if reason and os.strerror(errno.ENOSPC) in reason:
        if outcome.worker is not None:
            raise ThreefoldError(
                f"worker {outcome.worker.name!r}: {os.strerror(errno.ENOSPC)} ({cell_title(outcome.planned.cell)}); "
                "make room on its disk or stop it, and give the same command again: finished cells are kept"
            )
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))
    record = Record(
        key=outcome.planned.key,
        cell=outcome.planned.cell,
        status="failed" if reason else "done",
        reason=reason,
        result=outcome.result,
        started=now - timedelta(seconds=seconds),
        duration_s=round(seconds, 3),
        worker=outcome.worker,
    )
    append_record(directory, record)
    if record.status == "done":
        training_path(directory, record.key).unlink(missing_ok=True)
    reporter.finished(outcome.planned.cell, seconds, reason)


def hindrance(cell: Cell, data: Mapping[str, DataFacts]) -> str | None:
    """Why the cell cannot even be tried here."""
    if isinstance(cell, PeakCell):
        return None
    described = implementations().get(cell.implementation)
    if described is not None and (missing := described.missing()):
        return f"implementation {described.name!r} needs {', '.join(missing)}: pip install {' '.join(missing)}"
    return data[cell.task].missing


def failures(record: Record) -> Iterator[str]:
    """One line where the cell has no result, or its certificate did not pass."""
    if record.status == "failed":
        yield f"{cell_title(record.cell)}: {record.reason}"
    elif isinstance(record.result, CertificateResult) and not record.result.passed:
        failed = [stage for stage in record.result.stages if not stage.passed]
        yield f"{cell_title(record.cell)}: {failed[0].stage} {failed[0].worst:.1e} is over {failed[0].bound:.1e}"

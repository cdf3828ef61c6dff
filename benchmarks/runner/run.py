"""A run: what is missing of a suite is measured and recorded, cell by cell, whatever happens on the way."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from benchmarks.certificates.jobs import certificate_jobs
from benchmarks.environment import available_cores, commit, machine, sources_digest, versions
from benchmarks.execution.floating_point import mode_of_measured_processes
from benchmarks.execution.jobs import Job, Outcome, run_jobs
from benchmarks.execution.process import Limits
from benchmarks.printable import printable
from benchmarks.records.cells import AccuracyCell, Cell, CertificateCell, PeakCell, Planned, TimingCell, cell_title
from benchmarks.records.ownership import BENCHMARKS, holding, working_folder
from benchmarks.records.results import CertificateResult, Manifest, Record
from benchmarks.records.store import (
    MANIFEST,
    RunFolderError,
    append_record,
    read_manifest,
    read_records,
    write_manifest,
)
from benchmarks.runner.data import data_facts, prepare_data, task_facts
from benchmarks.runner.jobs import PREPARED, training_path, worker_job
from benchmarks.runner.plan import DataFacts, plan
from benchmarks.runner.progress import Reporter, make_reporter
from benchmarks.suites import Suite
from impls.engines import implementations

#: This many processes that will be timed start up at once: each holds its framework in memory until its turn has come.
STARTED_TOGETHER = 2


@dataclass(frozen=True)
class Summary:
    """How a run ended."""

    planned: int
    #: Cells that were there before.
    kept: int
    #: One line a cell without a result, and one a certificate that did not pass.
    failures: tuple[str, ...]


def run_suite(suite: Suite, directory: Path, console: Console, *, label: str | None, retry: bool) -> Summary:
    """Measure what `directory` lacks of the suite.

    Args:
        suite: what to run.
        directory: the run folder; made when it is not there.
        console: where progress and problems are told.
        label: what the run is called in reports; None is the folder's name.
        retry: try failed cells again; otherwise their records stand.

    Raises:
        RunFolderError: the folder holds files that are not ours, or another suite's run, or one of other versions or
            another machine, or is in use. It is as it was then, as it is after the next one.
        DatasetCorrupt: a data file's hash is wrong; nothing has been run then.
        OSError: the folder cannot be written, or the disk is full; finished cells are kept.
    """
    data = {name: data_facts(name) for name in suite.tasks}
    planned = plan(suite, data)
    with holding(directory) as held:
        manifest = _manifest(suite, directory, planned, data, label)
        _check_same_ground(directory, manifest)
        records, problems = read_records(directory)
        for problem in problems:
            console.print(problem, markup=False, highlight=False, soft_wrap=True)
        known = {record.key: record for record in records}
        missing = [each for each in planned if each.key not in known or (retry and known[each.key].status == "failed")]
        # Before anything is written: data that turns out to be damaged leaves the folder as it was.
        prepare_data(
            (each for each in missing if _hindrance(each.cell, data) is None), working_folder(directory) / PREPARED
        )
        write_manifest(directory, manifest)
        held.keep = True
        kept = len(planned) - len(missing)
        if kept:
            console.print(f"{kept} of {len(planned)} cells are there already", highlight=False)
        if missing:
            _measure(suite, directory, missing, data, console)
        records, _ = read_records(directory)
        latest = {record.key: record for record in records}
        failures = tuple(line for each in planned for line in _failure(latest[each.key]))
        if not failures:
            shutil.rmtree(working_folder(directory), ignore_errors=True)
    return Summary(len(planned), kept, failures)


def _measure(
    suite: Suite, directory: Path, missing: Sequence[Planned], data: Mapping[str, DataFacts], console: Console
) -> None:
    work = working_folder(directory)
    work.mkdir(exist_ok=True)
    (directory / BENCHMARKS).mkdir(exist_ok=True)
    reporter = make_reporter(console, [each.cell for each in missing])
    try:
        able = []
        for each in missing:
            hindrance = _hindrance(each.cell, data)
            if hindrance is None:
                able.append(each)
            else:
                _keep(directory, reporter, Outcome(each, None, hindrance), seconds=0.0)
        limits = Limits(suite.time_limit_s, round(suite.memory_limit_mib * 2**20))
        for jobs, side_by_side in _phases(suite, able, directory):
            for finished in run_jobs(jobs, work, limits, side_by_side, _starting(reporter), _telling(reporter)):
                for outcome in finished.outcomes:
                    _keep(directory, reporter, outcome, finished.seconds / len(finished.outcomes))
    finally:
        reporter.close()


def _phases(suite: Suite, able: Sequence[Planned], directory: Path) -> Iterator[tuple[list[Job], int]]:
    """Jobs, and how many of them may be going at once; what is timed only starts up beside others."""
    work = working_folder(directory)
    single = {each.key: worker_job(each, directory, suite.keep_training_s) for each in able}
    in_turn = [single[each.key] for each in able if isinstance(each.cell, PeakCell | TimingCell)]
    certificates = [each for each in able if isinstance(each.cell, CertificateCell)]
    slots = 1 if "cuda" in suite.devices else max(1, available_cores() // suite.threads)
    baselines = [single[each.key] for each in able if isinstance(each.cell, AccuracyCell) and each.cell.epochs == 0]
    networks = [single[each.key] for each in able if isinstance(each.cell, AccuracyCell) and each.cell.epochs > 0]
    # Certificates take long and cannot be divided, so that they come first, and what is short runs beside them.
    yield [*certificate_jobs(certificates, work / "certificates"), *baselines, *networks], slots
    yield in_turn, min(slots, STARTED_TOGETHER)


def _starting(reporter: Reporter) -> Callable[[Job], None]:
    def started(job: Job) -> None:
        for each in job.cells:
            reporter.started(each.cell)

    return started


def _telling(reporter: Reporter) -> Callable[[Job, str], None]:
    def told(job: Job, news: str) -> None:
        for each in job.cells:
            reporter.told(each.cell, news)

    return told


def _keep(directory: Path, reporter: Reporter, outcome: Outcome, seconds: float) -> None:
    now = datetime.now(UTC)
    reason = outcome.reason
    if reason and os.strerror(errno.ENOSPC) in reason:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))
    record = Record(
        key=outcome.planned.key,
        cell=outcome.planned.cell,
        status="failed" if reason else "done",
        reason=reason,
        result=outcome.result,
        started=now - timedelta(seconds=seconds),
        duration_s=round(seconds, 3),
    )
    append_record(directory, record)
    if record.status == "done":
        training_path(directory, record.key).unlink(missing_ok=True)
    reporter.finished(outcome.planned.cell, seconds, reason)


def _hindrance(cell: Cell, data: Mapping[str, DataFacts]) -> str | None:
    """Why the cell cannot even be tried here."""
    if isinstance(cell, PeakCell):
        return None
    found = implementations().get(cell.implementation)
    if found is not None and (missing := found.missing()):
        return f"implementation {found.name!r} needs {', '.join(missing)}: pip install {' '.join(missing)}"
    return data[cell.task].missing


def _failure(record: Record) -> Iterator[str]:
    if record.status == "failed":
        yield f"{cell_title(record.cell)}: {record.reason}"
    elif isinstance(record.result, CertificateResult) and not record.result.passed:
        failed = [stage for stage in record.result.stages if not stage.passed]
        yield f"{cell_title(record.cell)}: {failed[0].stage} {failed[0].worst:.1e} is over {failed[0].bound:.1e}"


def _manifest(
    suite: Suite, directory: Path, planned: Sequence[Planned], data: Mapping[str, DataFacts], label: str | None
) -> Manifest:
    head, modified = commit()
    return Manifest(
        label=label or printable(directory.resolve().name),
        suite=suite.model_dump(mode="json"),
        commit=head,
        modified=modified,
        sources=sources_digest(),
        versions=versions(),
        machine=machine(),
        threads=suite.threads,
        denormals=mode_of_measured_processes(),
        tasks={name: task_facts(name, suite.folds, data[name]) for name in suite.tasks},
        cells=tuple(each.key for each in planned),
        created=datetime.now(UTC),
    )


def _check_same_ground(directory: Path, manifest: Manifest) -> None:
    """Records of one folder are comparable: the same suite, versions and machine."""
    if not (directory / MANIFEST).exists():
        return
    before = read_manifest(directory)
    if before.suite["name"] != manifest.suite["name"]:
        raise RunFolderError(
            f"{directory}: holds a run of suite {before.suite['name']!r}, not {manifest.suite['name']!r}; "
            "give another folder with --out"
        )
    for package in sorted({*before.versions, *manifest.versions}):
        then, now = before.versions.get(package, "none"), manifest.versions.get(package, "none")
        if then != now:
            raise RunFolderError(
                f"{directory}: was measured with {package} {then}, here is {now}; give another folder with --out, "
                "and show both with 'threefold report'"
            )
    then, now = (f"{each.machine.processor}, {each.machine.cores} cores" for each in (before, manifest))
    if then != now:
        raise RunFolderError(f"{directory}: was measured on {then}, this is {now}; give another folder with --out")

"""A run: what is missing of a suite is measured and recorded, cell by cell, whatever happens on the way."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.execution.account import Account
from benchmarks.execution.jobs import Outcome
from benchmarks.records.cells import Cell, Planned
from benchmarks.records.ownership import BENCHMARKS, holding, working_folder
from benchmarks.records.results import StudyFacts
from benchmarks.records.store import read_records, write_manifest
from benchmarks.records.wall_time import WallTime, read_wall_time, write_wall_time
from benchmarks.runner.data import data_facts, prepare_data
from benchmarks.runner.jobs import PREPARED
from benchmarks.runner.manifest import check_same_ground, check_same_timing_machine, make_manifest
from benchmarks.runner.phases import Timer, Trainer, run_phases, slots_of
from benchmarks.runner.plan import DataFacts, plan
from benchmarks.runner.progress import make_reporter
from benchmarks.runner.recording import Reported, failures, hindrance, keep
from benchmarks.suites import Suite

#: What `only` may be, and the kinds of cells that belong to it.
PARTS = {"accuracy": ("accuracy", "tuning"), "certificate": ("certificate",), "timing": ("peak", "timing")}


#: Seconds between two writings of where the time went.
NOTED_S = 10.0


@dataclass(frozen=True)
class Summary:
    """How a run ended."""

    planned: int
    #: Cells that were there before.
    kept: int
    #: One line a cell without a result, and one a certificate that did not pass.
    failures: tuple[str, ...]
    #: Where this command's time went.
    wall_time: WallTime


def run_suite(
    suite: Suite,
    directory: Path,
    console: Console,
    *,
    label: str | None,
    retry: bool,
    only: str | None = None,
    study: StudyFacts | None = None,
    trainer: Trainer | None = None,
    timer: Timer | None = None,
) -> Summary:
    """Measure what `directory` lacks of the suite.

    Args:
        suite: what to run.
        directory: the run folder; made when it is not there.
        console: where progress and problems are printed.
        label: what the run is called in reports; None is the folder's name.
        retry: try failed cells again; otherwise their records stand.
        only: one of `PARTS`: leave the other cells for a later run; None measures all.
        study: that the suite is of, for the manifest.
        trainer: does the trainings; None does them in processes of this machine.
        timer: times; None times in processes of this machine.

    Raises:
        RunFolderError: the folder holds files that are not ours, or another suite's run, or one of other versions or
            another machine, or timings of another, or is in use. It is as it was then, as it is after the next one.
        DatasetCorrupt: a data file's hash is wrong; nothing has been run then.
        OSError: the folder cannot be written, or the disk is full; finished cells are kept.
    """
    account = Account()
    with holding(directory) as held:  # first: a folder that is refused is refused before data is looked for
        data = {name: data_facts(name) for name in suite.tasks}
        timing_machine = None if timer is None else timer.machine
        everything = plan(suite, data, timing_machine)
        planned = [each for each in everything if only is None or each.cell.kind in PARTS[only]]
        manifest = make_manifest(suite, directory, everything, data, label, study, timing_machine)
        check_same_ground(directory, manifest)
        spent = _Spent(directory, account)  # what is wrong with it is said now, and not after hours of measuring
        records, problems = read_records(directory)
        for problem in problems:
            console.print(problem, markup=False, highlight=False, soft_wrap=True)
        check_same_timing_machine(directory, manifest, records)
        known = {record.key: record for record in records}
        missing = [each for each in planned if each.key not in known or (retry and known[each.key].status == "failed")]
        # Before anything is written: data that turns out to be damaged leaves the folder as it was.
        prepare_data(
            (each for each in missing if hindrance(each.cell, data) is None), working_folder(directory) / PREPARED
        )
        write_manifest(directory, manifest)
        held.keep = True
        kept = len(planned) - len(missing)
        if kept:
            failed = sum(each.key in known and known[each.key].status == "failed" for each in planned)
            again = f"; {failed} of them failed: give --retry to try these again" if failed and not retry else ""
            console.print(f"{kept} of {len(planned)} cells are there already{again}", highlight=False)
        account.lap()
        try:
            if missing:
                _measure(suite, directory, missing, data, console, account, spent, trainer, timer)
        finally:
            account.lap()
            spent.write()
        records, _ = read_records(directory)
        latest = {record.key: record for record in records}
        lines = tuple(line for each in planned for line in failures(latest[each.key]))
        if all(each.key in latest and not any(failures(latest[each.key])) for each in everything):
            # Not before: trainings under way lie there, of cells that `only` has left for later too.
            shutil.rmtree(working_folder(directory), ignore_errors=True)
    return Summary(len(planned), kept, lines, spent.by_this_command)


class _Spent:
    """Where the time went, written now and then: a command that is killed leaves what it had spent until then.

    Args:
        directory: the run folder, with what earlier commands have spent.
        account: of this command.

    Raises:
        RunFolderError: as `read_wall_time`.
    """

    def __init__(self, directory: Path, account: Account) -> None:
        self._directory, self._account = directory, account
        self._before = read_wall_time(directory) or WallTime()
        self._noted = time.monotonic()

    @property
    def by_this_command(self) -> WallTime:
        """So far, up to the account's last lap."""
        return WallTime(**self._account.seconds)

    def write(self) -> None:
        """Write all of it."""
        write_wall_time(self._directory, self._before + self.by_this_command)
        self._noted = time.monotonic()

    def note(self) -> None:
        """Write it if that is some time ago."""
        if time.monotonic() - self._noted >= NOTED_S:
            self.write()


def _measure(
    suite: Suite,
    directory: Path,
    missing: Sequence[Planned],
    data: Mapping[str, DataFacts],
    console: Console,
    account: Account,
    spent: _Spent,
    trainer: Trainer | None,
    timer: Timer | None,
) -> None:
    working_folder(directory).mkdir(exist_ok=True)
    (directory / BENCHMARKS).mkdir(exist_ok=True)
    cells: list[Cell] = [each.cell for each in missing]
    reporter = make_reporter(console, cells, slots_of(suite))
    try:
        able = []
        for each in missing:
            reason = hindrance(each.cell, data)
            if reason is None:
                able.append(each)
            else:
                keep(directory, reporter, Outcome(each, None, reason), seconds=0.0)
        for finished in run_phases(suite, able, directory, Reported(reporter), account, trainer, timer):
            for outcome in finished.outcomes:
                keep(directory, reporter, outcome, finished.seconds / len(finished.outcomes))
            spent.note()
    finally:
        reporter.close()

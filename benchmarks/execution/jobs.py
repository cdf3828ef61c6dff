"""Jobs: commands, the cells that each of them answers, and the loop that keeps several processes at them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from benchmarks.execution.account import Account, Activity
from benchmarks.execution.command import Command, Ending, Limits
from benchmarks.execution.process import POLL_S, Process, dismiss_all
from benchmarks.records.cells import Planned
from benchmarks.records.results import Result, Worker


class Outcome(NamedTuple):
    """What became of one cell: a result, or the reason why there is none."""

    planned: Planned
    result: Result | None
    reason: str | None
    #: Which worker of a cluster did it; None: this machine.
    worker: Worker | None = None


#: From what a command left, or the reason why it left nothing, to what became of its cells.
Collect: TypeAlias = Callable[[dict[str, Any] | None, str | None], list[Outcome]]


@dataclass(frozen=True)
class Job:
    """One command and the cells that it answers; none for a preparation that others wait for."""

    cells: tuple[Planned, ...]
    command: Command
    collect: Collect
    #: Names of the commands that have to be over, however they ended, before this one starts.
    after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finished:
    """A job that has ended."""

    job: Job
    outcomes: list[Outcome]
    seconds: float


class Observer:
    """Takes reports of jobs; this one ignores them."""

    def started(self, job: Job) -> None:
        """The job's command was given to a process."""

    def progressed(self, job: Job, news: str) -> None:
        """The command said how far it is."""

    def again(self, job: Job, reason: str) -> None:
        """It ended in a process that had done others before, for this reason, and gets a fresh one."""


SILENT = Observer()


def run_jobs(
    jobs: Sequence[Job],
    folder: Path,
    limits: Limits,
    side_by_side: int,
    observer: Observer = SILENT,
    account: Account | None = None,
) -> Iterator[Finished]:
    """Run jobs, `side_by_side` of them at a time, and yield each as it ends; whatever ends this ends the processes too.

    Jobs of one host share a process, one after the other. They start in order, but for two things: who waits for
    others lets the next one pass, as does who would need a second process of its host, until no others are left.
    """
    waiting = list(jobs)
    at_work: dict[Process, Job] = {}
    idle: list[Process] = []
    alone: set[str] = set()  # commands that failed in a process which had done others before
    account = account or Account()
    try:
        while waiting or at_work:
            account.lap(_activities(at_work))
            while len(at_work) < side_by_side and (choice := _choose(waiting, at_work, idle, alone)):
                job, process = choice
                waiting.remove(job)
                if process is None:
                    process = Process(job.command.host, folder, limits)
                else:
                    idle.remove(process)
                at_work[process] = job  # first: what ends this from now on ends the process
                process.give(job.command)
                observer.started(job)
            if waiting and not at_work:
                raise RuntimeError(f"jobs wait for each other: {', '.join(job.command.name for job in waiting)}")
            for process in [each for each in idle if not any(_may_share(each, job, alone) for job in waiting)]:
                idle.remove(process)
                process.dismiss()
            ended = look(at_work, observer, account)
            for process in ended:
                job, seconds = at_work.pop(process), process.seconds
                ending = process.answer()
                if process.alive():
                    idle.append(process)
                else:
                    process.dismiss()
                if ending.again:
                    observer.again(job, reason_of(ending))
                    alone.add(job.command.name)
                    waiting.insert(0, job)
                else:
                    yield Finished(job, job.collect(ending.left, ending.reason), seconds)
            if not ended:
                time.sleep(POLL_S)
    finally:
        dismiss_all([*at_work, *idle])


def _choose(
    waiting: Sequence[Job], at_work: Iterable[Process], idle: Sequence[Process], alone: set[str]
) -> tuple[Job, Process | None] | None:
    """The next job and who does it, None for a process to be started; None if every job waits for one not over."""
    at_work = list(at_work)
    unfinished = {job.command.name for job in waiting} | {each.command.name for each in at_work if each.command}
    ready = [job for job in waiting if job.after.isdisjoint(unfinished)]
    there = {process.host for process in [*at_work, *idle]}
    for job in ready:
        for process in idle:
            if _may_share(process, job, alone):
                return job, process
        if job.command.host not in there:
            return job, None
    return (ready[0], None) if ready else None


def _may_share(process: Process, job: Job, alone: set[str]) -> bool:
    return job.command.name not in alone and process.can_take(job.command)


def look(at_work: dict[Process, Job], observer: Observer, account: Account) -> list[Process]:
    """Pass on what processes report, note what the time goes into, and return those whose command has ended."""
    account.lap(_activities(at_work))
    for process, job in at_work.items():
        if news := process.news():
            observer.progressed(job, news)
    return [process for process in at_work if process.finished()]


def _activities(processes: Iterable[Process]) -> list[Activity]:
    return [process.activity for process in processes]


def reason_of(ending: Ending) -> str:
    """Why a command is tried again."""
    return ending.reason or "it had to be replaced"

"""Jobs: commands, the cells that each of them answers, and the loops that keep processes at them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from benchmarks.execution.account import Account, Activity
from benchmarks.execution.command import Command, Ending, Host, Limits
from benchmarks.execution.process import POLL_S, Process, dismiss_all
from benchmarks.execution.turns import Turns
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
            ended = _look(at_work, observer, account)
            for process in ended:
                job, seconds = at_work.pop(process), process.seconds
                ending = process.answer()
                if process.alive():
                    idle.append(process)
                else:
                    process.dismiss()
                if ending.again:
                    observer.again(job, _reason(ending))
                    alone.add(job.command.name)
                    waiting.insert(0, job)
                else:
                    yield Finished(job, job.collect(ending.left, ending.reason), seconds)
            if not ended:
                time.sleep(POLL_S)
    finally:
        dismiss_all([*at_work, *idle])


def run_in_turn(
    jobs: Sequence[Job],
    folder: Path,
    limits: Limits,
    observer: Observer = SILENT,
    account: Account | None = None,
) -> Iterator[Finished]:
    """Run jobs one at a time in exactly this order, and yield each as it ends; those of a contest by turns.

    The processes of a group, one for each host, are started together when its first job comes, and wait for their jobs
    until its last one is done: nothing is loaded while something is timed.
    """
    account = account or Account()
    for _, members in groupby(jobs, key=lambda job: job.command.group):
        group = list(members)
        processes: dict[Host, Process] = {}
        try:
            for host in dict.fromkeys(job.command.host for job in group):
                processes[host] = Process(host, folder, limits)
            for _, contest in groupby(group, key=lambda job: job.command.contest or job.command.name):
                yield from in_contest(list(contest), processes, folder, limits, observer, account)
        finally:
            dismiss_all(processes.values())


def take_turn(
    job: Job, processes: dict[Host, Process], folder: Path, limits: Limits, observer: Observer, account: Account
) -> Finished:
    """Do one job while all others wait; its process is replaced where it cannot take the job or fails with it."""
    host = job.command.host
    account.lap()  # what the caller did with the last one
    while True:
        _make_ready([job], processes, folder, limits, account)
        process = processes[host]
        observer.started(job)
        process.give(job.command)
        while not (ended := _look({process: job}, observer, account)):
            time.sleep(POLL_S)
        seconds = ended[0].seconds
        ending = process.answer()
        if not ending.again:
            return Finished(job, job.collect(ending.left, ending.reason), seconds)
        observer.again(job, _reason(ending))
        process.dismiss()


def in_contest(
    jobs: Sequence[Job],
    processes: dict[Host, Process],
    folder: Path,
    limits: Limits,
    observer: Observer,
    account: Account,
) -> Iterator[Finished]:
    """Do the jobs of a contest by turns, and those that have to be tried again alone; yield them when all are over."""
    if len(jobs) == 1:
        yield take_turn(jobs[0], processes, folder, limits, observer, account)
        return
    account.lap()
    _make_ready(jobs, processes, folder, limits, account)
    at_work = {processes[job.command.host]: job for job in jobs}
    if len(at_work) < len(jobs):
        raise RuntimeError(f"two commands of the contest {jobs[0].command.contest!r} are for one process")
    finished: list[Finished] = []
    again: list[Job] = []
    turns = Turns([job.command.name for job in jobs])
    try:
        for process, job in at_work.items():
            observer.started(job)
            process.give(job.command.by_turns(turns.address))
        looked = time.monotonic()
        while at_work:
            time.sleep(POLL_S)
            passed, looked = time.monotonic() - looked, time.monotonic()
            for process in [each for each, job in at_work.items() if turns.waiting(job.command.name)]:
                process.excuse(passed)
            for process in _look(at_work, observer, account):
                job, seconds = at_work.pop(process), process.seconds
                turns.leave(job.command.name)
                ending = process.answer()
                if ending.again:
                    observer.again(job, _reason(ending))
                    again.append(job)
                else:
                    finished.append(Finished(job, job.collect(ending.left, ending.reason), seconds))
    finally:
        for process in at_work:
            process.dismiss()
        turns.close()
    yield from finished
    for job in again:
        processes[job.command.host].dismiss()  # so that a fresh one is started
        yield take_turn(job, processes, folder, limits, observer, account)


def _make_ready(
    jobs: Sequence[Job], processes: dict[Host, Process], folder: Path, limits: Limits, account: Account
) -> None:
    """Replace the processes that cannot take their job, and wait until all have loaded their frameworks."""
    for job in jobs:
        host = job.command.host
        if not processes[host].can_take(job.command):
            processes[host].dismiss()
            processes[host] = Process(host, folder, limits)
    while any(each.loading() for each in processes.values()):
        account.lap(["loading"])
        time.sleep(POLL_S)


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


def _look(at_work: dict[Process, Job], observer: Observer, account: Account) -> list[Process]:
    """Pass on what processes report, note what the time goes into, and return those whose command has ended."""
    account.lap(_activities(at_work))
    for process, job in at_work.items():
        if news := process.news():
            observer.progressed(job, news)
    return [process for process in at_work if process.finished()]


def _activities(processes: Iterable[Process]) -> list[Activity]:
    return [process.activity for process in processes]


def _reason(ending: Ending) -> str:
    return ending.reason or "it had to be replaced"

"""Jobs that are timed: one after the other, and those of a contest by turns, while all processes are loaded."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.execution.account import Account
from benchmarks.execution.command import Host, Limits
from benchmarks.execution.jobs import SILENT, Finished, Job, Observer, look, reason_of
from benchmarks.execution.process import POLL_S, Process, dismiss_all
from benchmarks.execution.turns import Turns

#: Groups whose processes are loaded together: one that loads TensorFlow alone leaves the other cores idle for seconds.
LOADED_TOGETHER = 2


def run_in_turn(
    jobs: Sequence[Job],
    folder: Path,
    limits: Limits,
    observer: Observer = SILENT,
    account: Account | None = None,
) -> Iterator[Finished]:
    """Run jobs one at a time in exactly this order, and yield each as it ends; those of a contest by turns.

    The processes of a group, one for each host, are started together, and wait for their jobs until its last one is
    done. Two groups of contests that follow each other are started together, too: nothing is loaded while something is
    timed.
    """
    account = account or Account()
    for groups in _loaded_together([list(members) for _, members in groupby(jobs, key=lambda job: job.command.group)]):
        processes: list[dict[Host, Process]] = []
        account.lap()  # what the caller did with the last one
        try:
            for group in groups:
                processes.append({})
                for host in dict.fromkeys(job.command.host for job in group):
                    processes[-1][host] = Process(host, folder, limits)
            _wait_for([process for own in processes for process in own.values()], account)
            for group in groups:
                for _, contest in groupby(group, key=lambda job: job.command.contest or job.command.name):
                    yield from in_contest(list(contest), processes[0], folder, limits, observer, account)
                dismiss_all(processes.pop(0).values())
        finally:
            for own in processes:
                dismiss_all(own.values())


def _loaded_together(groups: list[list[Job]]) -> Iterator[list[list[Job]]]:
    """Neighbours among groups of contests; any other group alone: a process that has a GPU to itself is one."""
    for contests, members in groupby(groups, key=lambda group: all(job.command.contest for job in group)):
        alike = list(members)
        size = LOADED_TOGETHER if contests else 1
        for start in range(0, len(alike), size):
            yield alike[start : start + size]


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
        while not (ended := look({process: job}, observer, account)):
            time.sleep(POLL_S)
        seconds = ended[0].seconds
        ending = process.answer()
        if not ending.again:
            return Finished(job, job.collect(ending.left, ending.reason), seconds)
        observer.again(job, reason_of(ending))
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
            for process in look(at_work, observer, account):
                job, seconds = at_work.pop(process), process.seconds
                turns.leave(job.command.name)
                ending = process.answer()
                if ending.again:
                    observer.again(job, reason_of(ending))
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
    _wait_for(processes.values(), account)


def _wait_for(processes: Iterable[Process], account: Account) -> None:
    """Until all have loaded their frameworks, or ended."""
    while any(each.loading() for each in processes):
        account.lap(["loading"])
        time.sleep(POLL_S)

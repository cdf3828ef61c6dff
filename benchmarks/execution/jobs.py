"""Jobs: processes to start, the cells each of them answers, and the loop that keeps so many going at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from benchmarks.execution.process import POLL_S, Command, Limits, Process
from benchmarks.records.cells import Planned
from benchmarks.records.results import Result


class Outcome(NamedTuple):
    """What became of one cell: a result, or the reason why there is none."""

    planned: Planned
    result: Result | None
    reason: str | None


#: From what a process left, or the reason why it left nothing, to what became of its cells.
Collect: TypeAlias = Callable[[dict[str, Any] | None, str | None], list[Outcome]]


@dataclass(frozen=True)
class Job:
    """One process and the cells that it answers; none for a preparation that others wait for."""

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


def run_jobs(
    jobs: Sequence[Job],
    folder: Path,
    limits: Limits,
    side_by_side: int,
    started: Callable[[Job], None],
    told: Callable[[Job, str], None] = lambda _job, _news: None,
) -> Iterator[Finished]:
    """Run jobs, so many at a time, and yield each as it ends; whatever ends this ends the processes too.

    They start in order, but for those that wait for others: the next one that need not wait goes first. Of commands
    that are measured in turn, so many start up at a time, then each measures while the others sleep, and nothing is
    started meanwhile: half of a short timing is spent on loading a framework. What a process prints as news is `told`.
    """
    waiting = list(jobs)
    running: list[tuple[Job, Process]] = []
    try:
        while waiting or running:
            measured = any(process.measures for _, process in running)
            while not measured and len(running) < side_by_side and (job := _first_ready(waiting, running)):
                waiting.remove(job)
                started(job)
                running.append((job, Process(job.command, folder, limits)))
            for job, process in running:
                if news := process.news():
                    told(job, news)
            ended = [(job, process) for job, process in running if process.finished()]
            for job, process in ended:
                running.remove((job, process))
                yield Finished(job, job.collect(*process.answer()), process.seconds)
            _give_turn([process for _, process in running if process.command.in_turn])
            if not ended:
                time.sleep(POLL_S)
    finally:
        for _, process in running:
            process.end("interrupted")


def _first_ready(waiting: Sequence[Job], running: Sequence[tuple[Job, Process]]) -> Job | None:
    """None if every job waits for one that is not over."""
    unfinished = {job.command.name for job in waiting} | {job.command.name for job, _ in running}
    return next((job for job in waiting if job.after.isdisjoint(unfinished)), None)


def _give_turn(processes: Sequence[Process]) -> None:
    """To the first, once all have started up and none is measured."""
    starting = [process for process in processes if process.starts_up()]
    if processes and not starting and not any(process.measures for process in processes):
        processes[0].give_turn()

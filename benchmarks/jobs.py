"""Jobs: processes to start, the cells each of them answers, and the loop that keeps so many going at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from benchmarks.executor import POLL_S, Command, Limits, Process
from benchmarks.planning import Planned
from benchmarks.records import Result


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


@dataclass(frozen=True)
class Finished:
    """A job that has ended."""

    job: Job
    outcomes: list[Outcome]
    seconds: float


def run_jobs(
    jobs: Sequence[Job], folder: Path, limits: Limits, side_by_side: int, started: Callable[[Job], None]
) -> Iterator[Finished]:
    """Run jobs in order, so many at a time, and yield each as it ends; whatever ends this ends the processes too."""
    waiting = list(reversed(jobs))
    running: list[tuple[Job, Process]] = []
    try:
        while waiting or running:
            while waiting and len(running) < side_by_side:
                job = waiting.pop()
                started(job)
                running.append((job, Process(job.command, folder, limits)))
            ended = [(job, process) for job, process in running if process.finished()]
            for job, process in ended:
                running.remove((job, process))
                yield Finished(job, job.collect(*process.answer()), process.seconds)
            if not ended:
                time.sleep(POLL_S)
    finally:
        for _, process in running:
            process.end("interrupted")

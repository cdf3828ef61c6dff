"""Jobs for cells that a worker process does singly."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from benchmarks.cells import PeakCell, TimingCell
from benchmarks.executor import Command
from benchmarks.jobs import Job, Outcome
from benchmarks.planning import Planned
from benchmarks.store import first_problem
from benchmarks.worker import Answer, Request


def worker_job(planned: Planned, prepared: Path, benchmarks: Path) -> Job:
    """A process of `benchmarks.worker` for one cell.

    Args:
        planned: the cell and its key.
        prepared: folder of the prepared data.
        benchmarks: folder that takes pytest-benchmark's files.
    """
    cell = planned.cell
    request = Request(
        cell=cell, prepared=prepared.resolve(), benchmark_json=benchmarks.resolve() / f"{planned.key}.json"
    )
    command = Command(
        module="benchmarks.worker",
        request=request.model_dump_json(),
        implementation="numpy" if isinstance(cell, PeakCell) else cell.implementation,
        threads=cell.threads,
        name=planned.key,
        in_turn=isinstance(cell, PeakCell | TimingCell),
    )

    def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
        if left is None:
            return [Outcome(planned, None, reason)]
        try:
            answer = Answer.model_validate(left)
        except ValidationError as error:
            return [Outcome(planned, None, f"crashed: its result cannot be stored ({first_problem(error)})")]
        return [Outcome(planned, answer.result, answer.failure)]

    return Job((planned,), command, collect)

"""Jobs for the cells that the worker measures."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from benchmarks.execution.command import Command
from benchmarks.execution.jobs import Job, Outcome
from benchmarks.measure.worker import Answer, Request
from benchmarks.records.cells import AccuracyCell, PeakCell, Planned, TimingCell, TuningCell
from benchmarks.records.ownership import BENCHMARKS, working_folder
from benchmarks.records.store import first_problem

#: What a timing needs beside the framework: imported while the processes of a launch load side by side, and not in the
#: first network's turn, in which all others wait.
TIMING_MODULES = ("benchmarks.measure.worker", "benchmarks.measure.timing.launch")
#: Where the data lies that a run has made ready for its workers, in its working folder.
PREPARED = "prepared"


def training_path(directory: Path, key: str) -> Path:
    """Where a run keeps the training of a cell while it is under way."""
    return working_folder(directory) / f"{key}.training.npz"


def worker_job(
    planned: Planned,
    directory: Path,
    keep_training_s: float,
    group: str = "",
    sitting: str | None = None,
    contest: str = "",
) -> Job:
    """A command of `benchmarks.measure.worker` for one cell.

    Args:
        planned: the cell and its key.
        directory: the run folder.
        keep_training_s: seconds from one keeping of a training to the next.
        group: which cells may share its process, such as those of a launch.
        sitting: of a timing, the command that measures it.
        contest: of a timing, those with which it takes turns; alone without.
    """
    cell = planned.cell
    directory = directory.resolve()
    request = Request(
        cell=cell,
        prepared=working_folder(directory) / PREPARED,
        training=training_path(directory, planned.key),
        keep_training_s=keep_training_s,
        benchmark_json=directory / BENCHMARKS / f"{planned.key}.json",
        sitting=sitting,
    )
    command = Command(
        module="benchmarks.measure.worker",
        request=request.model_dump_json(),
        implementation="numpy" if isinstance(cell, PeakCell) else cell.implementation,
        threads=cell.threads,
        name=planned.key,
        group=group,
        preload=TIMING_MODULES if isinstance(cell, TimingCell) else (),
        contest=contest,
        activity="training" if isinstance(cell, AccuracyCell | TuningCell) else "timing",
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

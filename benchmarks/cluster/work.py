"""What a Dask worker does: a cell in a measured process of its own, as on the machine that runs the command; or the
timings of a contest, in several processes, by turns.

A worker keeps its measured processes for the next cell that wants the same. They end with the worker, however that
ends, since their input is then closed.
"""

import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.cluster.errors import WorkerError
from benchmarks.cluster.ground import Ground, check_packages, with_plugins
from benchmarks.environment import machine
from benchmarks.execution.account import Account
from benchmarks.execution.command import Command, Host, Limits
from benchmarks.execution.in_turn import in_contest
from benchmarks.execution.jobs import SILENT, Job
from benchmarks.execution.process import Process, dismiss_all
from benchmarks.measure.worker import Request
from benchmarks.records.results import Worker
from benchmarks.records.store import writing_beside
from impls.errors import ThreefoldError
from impls.plugins import reason


class Task(NamedTuple):
    """A training to be done by some worker, or the timings of a contest."""

    commands: tuple[Command, ...]
    limits: Limits
    #: Names of the files that they read, in the order in which their contents come.
    files: tuple[str, ...]
    #: The processes that have to be loaded before it starts, its own among them: those of a launch.
    hosts: tuple[Host, ...] = ()


class Answered(NamedTuple):
    """What became of one command."""

    left: dict[str, Any] | None
    reason: str | None
    seconds: float = 0.0
    #: pytest-benchmark's file, of a timing.
    benchmark_json: bytes | None = None


class Done(NamedTuple):
    """What became of a task."""

    #: By name of the command.
    answers: Mapping[str, Answered]
    #: None where it was lost with its workers.
    worker: Worker | None
    #: Of what has no answer.
    reason: str | None = None

    def of(self, name: str) -> Answered:
        """What became of the command of that name."""
        return self.answers.get(name, Answered(None, self.reason))


class _Place(threading.local):
    """What a thread of the worker keeps from one cell to the next; each thread sees its own."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self._plugins: str | None = None
        self.processes: dict[Host, Process] = {}

    @property
    def folder(self) -> Path:
        """For files, made when it is first wanted; it is removed when the worker ends well."""
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="threefold-")
        return Path(self._made.name)

    def processes_for(self, hosts: Sequence[Host], limits: Limits, plugins: str) -> dict[Host, Process]:
        """These processes, which have these plug-ins, and no others: an idle framework takes memory."""
        if plugins != self._plugins:
            self._plugins = plugins
            dismiss_all(self.processes.values())
            self.processes.clear()
        for other in [each for each in self.processes if each not in hosts]:
            self.processes.pop(other).dismiss()
        for host in hosts:
            if host not in self.processes:
                self.processes[host] = Process(host, self.folder, limits)
        return self.processes


_PLACE = _Place()


def do(task: Task, ground: Ground, *contents: bytes) -> Done:
    """Do the task here.

    Raises:
        WorkerError: this worker has other versions, sources or plug-ins, or cannot work; the message names it.
    """
    name = worker_name()
    check_packages(ground.packages, name)
    try:
        with with_plugins(ground.plugins, name) as loaded:
            return _done(task, contents, loaded, name)
    except ThreefoldError:
        raise
    except Exception as error:  # its disk is full, say
        raise WorkerError(f"worker {name!r} cannot work ({reason(error)}); put that right there, or stop it") from None


def worker_name() -> str:
    """The name that the cluster gives to the worker whose task this is."""
    from distributed import get_worker

    return str(get_worker().name)


def _done(task: Task, contents: Sequence[bytes], plugins: str, name: str) -> Done:
    place = _PLACE
    prepared = place.folder / "prepared"
    for file, content in zip(task.files, contents, strict=True):
        _write(prepared / file, content)
    answers: dict[str, Answered] = {}
    jobs = [_job(command, place.folder, prepared, answers) for command in task.commands]
    hosts = task.hosts or tuple(job.command.host for job in jobs)
    processes = place.processes_for(hosts, task.limits, plugins)
    for finished in in_contest(jobs, processes, place.folder, task.limits, SILENT, Account()):
        command = finished.job.command.name
        answers[command] = answers[command]._replace(seconds=finished.seconds)
    return Done(answers, Worker(name=name, machine=machine()))


def _job(command: Command, folder: Path, prepared: Path, answers: dict[str, Answered]) -> Job:
    """The command with its files here; what becomes of it is put into `answers`."""
    request = Request.model_validate_json(command.request).model_copy(
        update={
            "prepared": prepared,
            "training": folder / f"{command.name}.training.npz",
            "benchmark_json": folder / f"{command.name}.json",
        }
    )

    def collect(left: dict[str, Any] | None, why: str | None) -> list[Any]:
        benchmark_json = request.benchmark_json.read_bytes() if request.benchmark_json.exists() else None
        answers[command.name] = Answered(left, why, benchmark_json=benchmark_json)
        for path in (request.training, request.training.with_suffix(".optuna"), request.benchmark_json):
            path.unlink(missing_ok=True)
        return []

    return Job((), replace(command, request=request.model_dump_json()), collect)


def _write(path: Path, content: bytes) -> None:
    """The file, if it is not there as it should be; a worker's several cells read one copy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_size != len(content) or path.read_bytes() != content:
        with writing_beside(path, sync=False) as file:
            file.write(content)

"""What a Dask worker does: a cell in a measured process of its own, as on the machine that runs the command.

A worker keeps its last measured process for the next cell of the same implementation. The process ends with the worker,
however that ends, since its input is then closed.
"""

import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environment import machine, plugin_digest, sources_digest, versions
from benchmarks.execution.account import Account
from benchmarks.execution.command import Command, Host, Limits
from benchmarks.execution.jobs import SILENT, Job, take_turn
from benchmarks.execution.process import Process
from benchmarks.measure.worker import Request
from benchmarks.records.results import Worker
from benchmarks.records.store import writing_beside
from impls.errors import ThreefoldError
from impls.plugins import plugins


class GroundError(ThreefoldError):
    """A worker has other versions, sources or plug-ins than the machine that runs the command."""


class Task(NamedTuple):
    """A cell to be done by some worker."""

    command: Command
    limits: Limits
    #: Versions, sources and plug-ins of the machine that runs the command, by name.
    ground: Mapping[str, str]
    #: Names of the files that the command reads, in the order in which their contents come.
    files: tuple[str, ...]


class Done(NamedTuple):
    """What became of it."""

    left: dict[str, Any] | None
    reason: str | None
    seconds: float
    #: None where it was lost with its workers.
    worker: Worker | None


class _Place(threading.local):
    """What a thread of the worker keeps from one cell to the next; each thread sees its own."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self.processes: dict[Host, Process] = {}

    @property
    def folder(self) -> Path:
        """For files, made when it is first wanted; it is removed when the worker ends well."""
        if self._made is None:
            self._made = tempfile.TemporaryDirectory(prefix="threefold-")
        return Path(self._made.name)

    def process_for(self, command: Command, limits: Limits) -> dict[Host, Process]:
        """The process that does the command, and no other: an idle framework takes memory."""
        host = command.host
        for other in [each for each in self.processes if each != host]:
            self.processes.pop(other).dismiss()
        if host not in self.processes:
            self.processes[host] = Process(host, self.folder, limits)
        return self.processes


_PLACE = _Place()


def ground() -> dict[str, str]:
    """What has to be the same on every machine whose results are compared."""
    added = {f"plug-in {each.name}": plugin_digest(each) for each in plugins()}
    return versions() | {"Threefold's sources": sources_digest()} | added


def do(task: Task, *contents: bytes) -> Done:
    """Do the task here.

    Raises:
        GroundError: this worker has other versions, sources or plug-ins.
    """
    name = _name()
    _check_ground(task.ground, name)
    place = _PLACE
    prepared = place.folder / "prepared"
    for file, content in zip(task.files, contents, strict=True):
        _write(prepared / file, content)
    request = Request.model_validate_json(task.command.request).model_copy(
        update={
            "prepared": prepared,
            "training": place.folder / f"{task.command.name}.training.npz",
            "benchmark_json": place.folder / f"{task.command.name}.json",
        }
    )
    command = replace(task.command, request=request.model_dump_json())
    answers: list[tuple[dict[str, Any] | None, str | None]] = []

    def collect(left: dict[str, Any] | None, reason: str | None) -> list[Any]:
        answers.append((left, reason))
        return []

    processes = place.process_for(command, task.limits)
    finished = take_turn(Job((), command, collect), processes, place.folder, task.limits, SILENT, Account())
    request.training.unlink(missing_ok=True)
    ((left, reason),) = answers
    return Done(left, reason, finished.seconds, Worker(name=name, machine=machine()))


def content(of_file: bytes) -> bytes:
    """A file's content as a task of its own: Dask brings it to a worker once, and again when it was lost."""
    return of_file


def _check_ground(wanted: Mapping[str, str], name: str) -> None:
    here = ground()
    for each in sorted(set(wanted) | set(here)):
        if wanted.get(each) != here.get(each):
            remedy = "install the same versions of Threefold and its packages there"
            if each.startswith("plug-in "):
                remedy = "let it find the same plug-ins by THREEFOLD_PLUGINS, or take --dask local"
            raise GroundError(
                f"worker {name!r} has {each} {here.get(each, 'not installed')}, and this machine "
                f"{wanted.get(each, 'not installed')}: {remedy}"
            )


def _name() -> str:
    from distributed import get_worker

    return str(get_worker().name)


def _write(path: Path, content: bytes) -> None:
    """The file, if it is not there as it should be; a worker's several cells read one copy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_size != len(content) or path.read_bytes() != content:
        with writing_beside(path, sync=False) as file:
            file.write(content)

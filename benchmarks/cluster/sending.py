"""Tasks on their way to the workers, with what they read; and what became of them."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cluster.errors import ClusterError
from benchmarks.cluster.ground import Ground
from benchmarks.cluster.timing import TIMING
from benchmarks.cluster.work import Done, Task
from benchmarks.execution.command import Command, Limits
from benchmarks.execution.jobs import Finished, Job
from benchmarks.measure.worker import Request
from benchmarks.records.cells import AccuracyCell, TimingCell, TuningCell
from benchmarks.records.store import writing_beside
from benchmarks.tasks.split import split_files
from impls.errors import ThreefoldError
from impls.plugins import reason

if TYPE_CHECKING:
    from distributed import Client, Future


class Sender:
    """Sends tasks; every file goes to a worker once, and so does what all tasks have in common.

    Args:
        client: of the cluster.
        ground: that the workers need.
        work: what a worker does with a task.
    """

    def __init__(self, client: "Client", ground: Ground, work: Callable[..., Done]) -> None:
        self._client, self._work = client, work
        self._ground = self._sent(ground)
        self._contents: dict[Path, Future] = {}
        self._files_of = cache(split_files)  # the cells of a task read the same

    def send(self, job: Job, limits: Limits, **place: Any) -> "Future":
        """The job, on its way to any worker, or to where `place` says (as `Client.submit` takes it)."""
        return self._submit((job.command,), limits, (), **place)

    def send_contest(
        self, contest: Sequence[Job], limits: Limits, jobs: Sequence[Job], sitting: str, address: str
    ) -> "Future":
        """The timings of a contest, on their way to this worker.

        Args:
            contest: the timings.
            limits: of each command.
            jobs: all timings: processes of a launch are loaded before its first one starts.
            sitting: names what this worker measures.
            address: of the worker.
        """
        group = contest[0].command.group
        hosts = dict.fromkeys(_of_sitting(each.command, sitting).host for each in jobs if each.command.group == group)
        commands = tuple(_of_sitting(job.command, sitting) for job in contest)
        place = {"workers": [address], "resources": {TIMING: 1}}
        return self._submit(commands, limits, tuple(hosts), **place)

    def _submit(self, commands: tuple[Command, ...], limits: Limits, hosts: Any, **place: Any) -> "Future":
        names: dict[str, Path] = {}
        for command in commands:
            request = Request.model_validate_json(command.request)
            names |= {path.relative_to(request.prepared).as_posix(): path for path in self._read_by(request)}
        for path in names.values():
            if path not in self._contents:
                self._contents[path] = self._sent(path.read_bytes())
        contents = [self._contents[path] for path in names.values()]
        task = Task(commands, limits, tuple(names), hosts)
        return self._client.submit(self._work, task, self._ground, *contents, pure=False, **place)

    def _read_by(self, request: Request) -> list[Path]:
        cell = request.cell
        if isinstance(cell, AccuracyCell | TuningCell):
            files = self._files_of(request.prepared, cell.task, cell.seeds, cell.folds)
        elif isinstance(cell, TimingCell):
            files = self._files_of(request.prepared, cell.task, (0,), cell.folds)
        else:
            return []
        return sorted(files, key=os.fspath)

    def _sent(self, value: Any) -> "Future":
        """The value, on its way to the workers."""
        import dask

        # It goes once, so that Dask's warning of large ones says nothing to anybody.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
            return self._client.submit(_itself, value, pure=False)


def gathered(client: "Client", futures: Sequence["Future"]) -> dict[str, Done]:
    """By key, what became of those that have ended well: a message for all of them, where each by itself takes one."""
    ended = [future for future in futures if future.status == "finished"]
    with suppress(Exception):  # one is lost meanwhile: each by itself says what is the matter
        return {future.key: done for future, done in zip(ended, client.gather(ended), strict=True)}
    return {}


def outcome_of(future: "Future") -> Done:
    """What became of a task.

    Raises:
        ClusterError: the scheduler is lost, or the worker cannot even begin.
        WorkerError: the worker cannot do its work.
    """
    from distributed import CancelledError
    from distributed.scheduler import KilledWorker

    try:
        done: Done = future.result()
    except KilledWorker as lost:
        last = lost.last_worker.name
        return Done({}, None, f"crashed: every worker that tried it was lost, the last one {last!r}")
    except ThreefoldError:
        raise
    except CancelledError:
        raise ClusterError(
            "Dask's scheduler is lost; finished cells are kept: start it, and give the same command again"
        ) from None
    except Exception as error:  # Threefold is not installed there, say
        raise ClusterError(f"a Dask worker cannot do its work ({reason(error)}); put that right there") from None
    return done


def finished_of(job: Job, done: Done) -> Finished:
    """The job, as it ended; pytest-benchmark's file, which the worker has sent, is put where a timing leaves it."""
    answered = done.of(job.command.name)
    if answered.benchmark_json is not None:
        with writing_beside(Request.model_validate_json(job.command.request).benchmark_json) as file:
            file.write(answered.benchmark_json)
    outcomes = [each._replace(worker=done.worker) for each in job.collect(answered.left, answered.reason)]
    return Finished(job, outcomes, answered.seconds)


def _itself(value: Any) -> Any:
    """A value as a task of its own: Dask brings it to a worker once, and again when it was lost."""
    return value


def _of_sitting(command: Command, sitting: str) -> Command:
    """The command as one of this sitting, whose processes are its own."""
    request = Request.model_validate_json(command.request)
    if request.sitting is not None:
        request = request.model_copy(update={"sitting": sitting})
    return replace(command, group=f"{sitting} {command.group}", request=request.model_dump_json())

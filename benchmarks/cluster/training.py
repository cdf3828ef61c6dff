"""Trainings on a Dask cluster: each cell is a task that any worker may do, and does again if a worker is lost."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cluster.work import Done, Task, content, do, ground
from benchmarks.execution.account import Account
from benchmarks.execution.command import Limits
from benchmarks.execution.jobs import Finished, Job, Observer
from benchmarks.measure.worker import Request
from benchmarks.records.cells import AccuracyCell
from benchmarks.tasks.split import split_files

if TYPE_CHECKING:
    from distributed import Client, Future


class Cluster:
    """A Dask cluster as a run uses it."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    def train(self, jobs: Sequence[Job], limits: Limits, observer: Observer, account: Account) -> Iterator[Finished]:
        """Do these jobs of accuracy cells on any worker, and yield each as it ends.

        Raises:
            ThreefoldError: a worker has other versions or sources than this machine.
        """
        from distributed import as_completed

        here = ground()
        files_of = cache(split_files)  # the cells of a task read the same
        contents: dict[Path, Future] = {}
        under_way: dict[Future, Job] = {}
        try:
            for job in jobs:
                request = Request.model_validate_json(job.command.request)
                assert isinstance(request.cell, AccuracyCell)
                cell, folder = request.cell, request.prepared
                paths = sorted(files_of(folder, cell.task, cell.seeds, cell.folds), key=os.fspath)
                names = [path.relative_to(folder).as_posix() for path in paths]
                for path in paths:
                    if path not in contents:
                        contents[path] = self._client.submit(content, path.read_bytes(), pure=False)
                task = Task(job.command, limits, here, tuple(names))
                future = self._client.submit(do, task, *(contents[path] for path in paths), pure=False)
                under_way[future] = job
            for future in as_completed(list(under_way)):
                account.lap(["training"])
                job = under_way.pop(future)
                observer.started(job)
                done = _outcome_of(future)
                future.release()
                outcomes = [each._replace(worker=done.worker) for each in job.collect(done.left, done.reason)]
                yield Finished(job, outcomes, done.seconds)
        finally:
            self._client.cancel(list(under_way))


def _outcome_of(future: "Future") -> Done:
    from distributed.scheduler import KilledWorker

    try:
        done: Done = future.result()
    except KilledWorker as lost:
        last = lost.last_worker.name
        return Done(None, f"crashed: every worker that tried it was lost, the last one {last!r}", 0.0, None)
    return done

"""Trainings on a Dask cluster: each cell is a task that any worker may do, and does again if a worker is lost."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cluster.connection import ClusterError
from benchmarks.cluster.work import Done, Task, content, do, ground
from benchmarks.execution.account import Account
from benchmarks.execution.command import Limits
from benchmarks.execution.jobs import Finished, Job, Observer
from benchmarks.measure.worker import Request
from benchmarks.records.cells import AccuracyCell
from benchmarks.tasks.split import split_files
from impls.errors import ThreefoldError
from impls.plugins import reason

if TYPE_CHECKING:
    from distributed import Client, Future


class Cluster:
    """A Dask cluster as a run uses it.

    Args:
        client: of the cluster.
        ends: ends the cluster after the trainings: workers of this machine would disturb its timings.
    """

    def __init__(self, client: "Client", ends: Callable[[], object] | None = None) -> None:
        self._client, self._ends = client, ends

    def train(self, jobs: Sequence[Job], limits: Limits, observer: Observer, account: Account) -> Iterator[Finished]:
        """Do these jobs of accuracy cells on any worker, and yield each as it ends.

        Raises:
            ThreefoldError: a worker has other versions, sources or plug-ins than this machine, or cannot work; or the
                scheduler is lost.
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
                        contents[path] = self._sent(path)
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
            with suppress(Exception):  # of a scheduler that is gone
                self._client.cancel(list(under_way))
            if self._ends is not None:
                self._client.close()
                self._ends()

    def _sent(self, path: Path) -> "Future":
        """The file's content, on its way to the workers."""
        import dask

        # It goes once, so that Dask's warning of large ones says nothing to anybody.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
            return self._client.submit(content, path.read_bytes(), pure=False)


def _outcome_of(future: "Future") -> Done:
    from distributed import CancelledError
    from distributed.scheduler import KilledWorker

    try:
        done: Done = future.result()
    except KilledWorker as lost:
        last = lost.last_worker.name
        return Done(None, f"crashed: every worker that tried it was lost, the last one {last!r}", 0.0, None)
    except ThreefoldError:
        raise
    except CancelledError:
        raise ClusterError("Dask's scheduler is lost; finished cells are kept: start it, and run it again") from None
    except Exception as error:  # Threefold is not installed there, say, or its disk is full
        raise ClusterError(f"a Dask worker cannot do its work ({reason(error)}); put that right there") from None
    return done

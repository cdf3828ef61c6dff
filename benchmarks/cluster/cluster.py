"""A Dask cluster as a run uses it: trainings on any worker, timings on one that offers to do nothing else meanwhile."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any

from benchmarks.cluster.errors import ClusterError
from benchmarks.cluster.ground import ground
from benchmarks.cluster.patience import PATIENCE_S, Patience
from benchmarks.cluster.sending import Sender, finished_of, gathered, outcome_of
from benchmarks.cluster.timing import TIMING, TimingWorkers
from benchmarks.cluster.work import Done, do
from benchmarks.execution.account import Account
from benchmarks.execution.command import Limits
from benchmarks.execution.jobs import Finished, Job, Observer
from benchmarks.records.results import Machine
from benchmarks.runner.phases import Timer

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds from one look at the cluster's workers to the next.
LOOK_S = 1.0
#: Seconds from one look at what has ended to the next: fifty looks a second take a twentieth of a processor.
POLL_S = 0.1


class Cluster:
    """A Dask cluster.

    Args:
        client: of the cluster.
        say: takes a line on workers that are waited for.
        patience_s: seconds without workers after which a run gives up.
        ends: ends the cluster after the trainings: workers of this machine would disturb its timings.
        work: what a worker does with a task.
    """

    def __init__(
        self,
        client: "Client",
        say: Callable[[str], None] = print,
        patience_s: float = PATIENCE_S,
        ends: Callable[[], object] | None = None,
        work: Callable[..., Done] = do,
    ) -> None:
        self.client = client
        self._say, self._patience_s, self._ends, self._work = say, patience_s, ends, work
        self._workers = TimingWorkers(client)

    @property
    def timer(self) -> Timer | None:
        """Does the timings; None where no worker offers to, so that this machine does them.

        Raises:
            ClusterError: a worker offers to time beside other work.
        """
        if self._ends is not None:  # its workers are processes of this machine
            return None
        worker = self._workers.first()
        return None if worker is None else Timer(worker.machine, self._time_on(worker.machine))

    def train(self, jobs: Sequence[Job], limits: Limits, observer: Observer, account: Account) -> Iterator[Finished]:
        """Do these trainings on any worker, and yield each as it ends.

        Raises:
            ClusterError: there have been no workers for too long, or the scheduler is lost.
            WorkerError: a worker has other versions, sources or plug-ins than this machine, or cannot work.
        """
        from distributed import as_completed

        patience = self._patience("a worker", f"start 'dask worker {self._address} --nthreads 1'")
        under_way: dict[Future, Job] = {}
        try:
            with self._sender(jobs) as sender:
                for job in jobs:
                    under_way[sender.send(job, limits)] = job
                ended = as_completed(list(under_way))
                next_look = 0.0
                while under_way:
                    account.lap(["training"])
                    batch = ended.next_batch(block=False)
                    results = gathered(self.client, batch)
                    for future in batch:
                        job = under_way.pop(future)
                        observer.started(job)
                        yield finished_of(job, results.get(future.key) or outcome_of(future))
                        future.release()
                        next_look = time.monotonic() + LOOK_S
                    if time.monotonic() >= next_look:
                        next_look = time.monotonic() + LOOK_S
                        patience.look(bool(self._workers.all()))
                    if under_way and not ended.has_ready():
                        time.sleep(POLL_S)
        finally:
            self._cancel(under_way)
            if self._ends is not None:
                self.client.close()
                self._ends()

    def _time_on(self, machine: Machine) -> Any:
        """Does contest after contest, all on one worker; on another one of the same kind when that is lost."""

        def timed(jobs: Sequence[Job], limits: Limits, observer: Observer, account: Account) -> Iterator[Finished]:
            patience = self._patience(
                f"a worker on {machine.processor} that offers {TIMING!r}",
                f"start 'dask worker {self._address} --nthreads 1 --resources {TIMING}=1' there",
            )
            last: str | None = None
            sitting = ""
            with self._sender(jobs) as sender:
                for _, members in groupby(jobs, key=lambda job: job.command.contest or job.command.name):
                    contest = list(members)
                    while True:
                        account.lap(["timing"])
                        worker = self._workers.like(machine, last)
                        patience.look(worker is not None)
                        if worker is None:
                            time.sleep(LOOK_S)
                            continue
                        if worker.address != last:  # what two workers have timed is not compared
                            last, sitting = worker.address, secrets.token_hex(4)
                        for job in contest:
                            observer.started(job)
                        future = sender.send_contest(contest, limits, jobs, sitting, worker.address)
                        if self._waited_for(future, worker.address, account):
                            break
                        self._cancel([future])
                        for job in contest:
                            observer.again(job, f"worker {worker.name!r} is lost")
                    done = outcome_of(future)
                    future.release()
                    for job in contest:
                        yield finished_of(job, done)

        return timed

    def _waited_for(self, future: "Future", address: str, account: Account) -> bool:
        """Whether the worker has done it; otherwise it is lost."""
        next_look = time.monotonic() + LOOK_S
        while not future.done():
            account.lap(["timing"])
            if time.monotonic() >= next_look:
                if address not in self._workers.all():
                    return False
                next_look = time.monotonic() + LOOK_S
            time.sleep(POLL_S)
        return True

    @contextmanager
    def _sender(self, jobs: Sequence[Job]) -> Iterator[Sender]:
        """Takes tasks, and what they need, to the workers; whatever ends the run, the scheduler's end is one line."""
        tuning = any('"tuning"' in job.command.request for job in jobs)
        here = ground("optuna") if tuning else ground()
        try:
            yield Sender(self.client, here, self._work)
        except OSError as error:
            if getattr(error, "filename", None) is not None or error.errno is not None:
                raise  # of this machine's own files
            raise ClusterError(
                "Dask's scheduler is lost; finished cells are kept: start it, and give the same command again"
            ) from None

    def _patience(self, who: str, remedy: str) -> Patience:
        return Patience(f"{who} at {self._address}", remedy, self._say, self._patience_s)

    @property
    def _address(self) -> str:
        return str(self.client.scheduler.address) if self.client.scheduler is not None else "the scheduler"

    def _cancel(self, futures: Any) -> None:
        with suppress(Exception):  # of a scheduler that is gone
            self.client.cancel(list(futures), force=True)

"""Trainings on a local Dask cluster of real processes: the same tables, also where a worker is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.connection import cluster_at
from benchmarks.cluster.errors import ClusterError, WorkerError
from benchmarks.cluster.ground import check_packages, packages
from benchmarks.cluster.sending import outcome_of
from benchmarks.environment import available_cores
from benchmarks.records.store import read_records
from benchmarks.runner.phases import Trainer
from benchmarks.runner.run import Summary, run_suite
from benchmarks.suites import Suite
from impls.errors import ThreefoldError
from report.runs.reading import read_run
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.files import csv_text
from tests.benchmarks.cluster.clusters import distributed, local_cluster

SUITE = Suite(
    name="small", tasks=("breast-cancer", "wine", "diabetes"), implementations=("numpy",), folds=2, max_epochs=4
)


def trained(directory: Path, trainer: Trainer | None = None, suite: Suite = SUITE) -> Summary:
    console = Console(quiet=True)
    return run_suite(suite, directory, console, label="run", retry=False, only="accuracy", trainer=trainer)


def table(directory: Path) -> str:
    return csv_text(AccuracyRow, accuracy_rows([read_run(directory)]))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without a cluster."""
    directory = tmp_path_factory.mktemp("here") / "run"
    assert trained(directory).failures == ()
    return directory


def busy_worker(client: Any) -> tuple[str, int]:
    """The address and the process of a worker that has something under way."""
    pids = client.run(os.getpid)
    for _ in range(500):
        for address, keys in client.processing().items():
            if keys:
                return address, pids[address]
        time.sleep(0.02)
    raise AssertionError("no worker has anything to do")


def test_a_killed_worker_costs_nothing_and_tables_are_the_same(here: Path, tmp_path: Path) -> None:
    killed: list[int] = []
    measured: list[psutil.Process] = []

    with local_cluster(2) as client:
        cluster = Cluster(client)

        def trainer(*arguments: Any) -> Any:
            for finished in cluster.train(*arguments):
                if not killed:
                    _, process = busy_worker(client)
                    measured.extend(psutil.Process(process).children(recursive=True))
                    os.kill(process, signal.SIGKILL)
                    killed.append(process)
                yield finished

        assert trained(tmp_path / "run", trainer).failures == ()
    assert len(killed) == 1
    assert table(tmp_path / "run") == table(here)
    records, problems = read_records(tmp_path / "run")
    assert not problems
    assert len({record.key for record in records}) == len(records), "no cell is there twice"
    assert {record.worker.name for record in records if record.worker} <= {"0", "1"}
    assert all(record.worker and record.worker.machine.cores for record in records)
    # What the killed worker had started ends with it.
    psutil.wait_procs(measured, timeout=30)
    assert [process for process in measured if process.is_running()] == []


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_tables_are_the_same_on_any_number_of_workers(here: Path, tmp_path: Path, workers: int) -> None:
    with local_cluster(workers) as client:
        assert trained(tmp_path / "run", Cluster(client).train).failures == ()
    assert table(tmp_path / "run") == table(here)


def test_records_of_this_machine_name_no_worker(here: Path) -> None:
    assert '"worker"' not in (here / "records.jsonl").read_text()


def test_another_ground_is_refused_with_what_differs() -> None:
    check_packages(packages("optuna"), "a")
    with pytest.raises(WorkerError, match=r"worker 'a' has numpy \d.*, and this machine 1.0: install the same"):
        check_packages(packages() | {"numpy": "1.0"}, "a")
    with pytest.raises(WorkerError, match="worker 'a' has other not installed, and this machine 2"):
        check_packages(packages() | {"other": "2"}, "a")
    with pytest.raises(WorkerError, match=r"has plug-in a 1\.2 not installed, and .* the same installed plug-ins"):
        check_packages(packages() | {"plug-in a 1.2": "2"}, "a")


def test_a_cell_that_loses_every_worker_has_that_as_its_reason() -> None:
    from distributed.scheduler import KilledWorker, WorkerState

    class Lost:
        def result(self) -> None:
            state = WorkerState(
                address="tcp://10.0.0.1:1", name="fast-1", nthreads=1, memory_limit=0, local_directory="/",
                status=distributed.Status.running, pid=0, server_id="", nanny="", extra={}, services={}, versions={},
                scheduler=None,
            )  # fmt: skip
            raise KilledWorker("do", state, 3)

    done = outcome_of(Lost())
    assert done.worker is None
    assert done.of("a").left is None
    assert done.of("a").reason == "crashed: every worker that tried it was lost, the last one 'fast-1'"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (distributed.CancelledError("do-1"), "Dask's scheduler is lost; finished cells are kept: start it"),
        (ModuleNotFoundError("No module named 'impls'"), "a Dask worker cannot do its work .ModuleNotFoundError: No"),
        (OSError(28, "No space left on device"), "a Dask worker cannot do its work .OSError: .* No space left"),
        (WorkerError("worker 'a' has numpy 1.0"), "worker 'a' has numpy 1.0"),
    ],
)
def test_what_is_wrong_with_the_cluster_ends_the_run_in_one_line(fault: Exception, message: str) -> None:
    class Broken:
        def result(self) -> None:
            raise fault

    with pytest.raises(ThreefoldError, match=message):
        outcome_of(Broken())


@pytest.mark.nightly
def test_a_lost_scheduler_ends_the_run_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    file = tmp_path / "scheduler.json"
    scheduler = subprocess.Popen([*command, "--scheduler-file", str(file)], stderr=subprocess.DEVNULL)
    try:
        while not file.exists():
            time.sleep(0.05)
        with distributed.Client(json.loads(file.read_text())["address"], timeout=20) as client:
            threading.Timer(3, scheduler.kill).start()
            with pytest.raises(ClusterError, match="Dask's scheduler is lost"):
                trained(tmp_path / "run", Cluster(client).train)  # there are no workers: it waits
    finally:
        scheduler.kill()
        scheduler.wait()


@pytest.mark.nightly
def test_workers_of_this_machine_end_with_the_trainings(tmp_path: Path) -> None:
    with cluster_at("local", threads=available_cores()) as cluster:
        assert cluster is not None
        workers = [psutil.Process(pid) for pid in cluster.client.run(os.getpid).values()]

        def trainer(*arguments: Any) -> Any:
            yield from cluster.train(*arguments)
            psutil.wait_procs(workers, timeout=30)
            assert not any(worker.is_running() for worker in workers), "before timings begin"

        wine = SUITE.model_copy(update={"tasks": ("wine",), "max_epochs": 1})
        assert trained(tmp_path / "run", trainer, wine).failures == ()


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.cluster.connection.CONNECTING_S", 0.2)
    with (
        pytest.raises(ClusterError, match=r"--dask tcp://127\.0\.0\.1:9: no scheduler answers there"),
        cluster_at("tcp://127.0.0.1:9", 1),
    ):
        pass
    with cluster_at(None, 1) as nothing:
        assert nothing is None

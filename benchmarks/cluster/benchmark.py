"""What a cluster costs, and what it gains: our own processor time for each cell, and cells a second by workers.

    python -m benchmarks.cluster.benchmark scheduling --cells 10000
    python -m benchmarks.cluster.benchmark workers --counts 1 2

The first plans, sends, collects and records cells that do nothing. The second trains the same cells on one worker and
on two, in turns, and wants the machine for itself. Beside them it trains the same cells in one and in two processes
without a cluster: processors that share caches, memory or a core gain less than their number, whoever uses them.
Scheduler and workers are processes of this machine. Both print a line of JSON with what they have measured.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.connection import cluster_at, quiet_environment
from benchmarks.cluster.work import Answered, Done, Task, worker_name
from benchmarks.environment import available_cores, machine
from benchmarks.execution.child import inherited_environment
from benchmarks.execution.jobs import Finished, Job
from benchmarks.measure.cross_validation import measure_accuracy
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult, Worker
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.runner.run import run_suite
from benchmarks.suites import Suite
from benchmarks.tasks import task
from benchmarks.tasks.preparation import prepare

#: NumPy's comes first, which starts fastest; cells that do nothing name the others alone.
IMPLEMENTATIONS = ("numpy", "torch", "torch+compile", "keras-tensorflow", "keras-tensorflow+xla")
#: Of a training on workers: two seconds, as in a suite of some size; twenty, the task's own number, take a fifth.
EPOCHS = 200
#: Trainings of each worker before those that are timed.
WARM_UP = 2
#: What a process without a cluster says when it has trained a cell, and when it has trained all.
WARM, TRAINED = "warm", "trained"
#: Seconds for scheduler and workers to come up.
STARTING_S = 60


def main(arguments: list[str] | None = None) -> int:
    """Measure what the arguments say; 1 where it is not what is wanted."""
    options = _options(arguments)
    if options.what == "bare":
        train_bare(options.cells)
        return 0
    if options.what == "scheduling":
        measured = scheduling(options.cells)
        good = measured["milliseconds_a_cell"] < options.at_most
    else:
        measured = by_workers(options.counts, options.rounds, options.cells)
        good = measured["speedup"] >= min(options.at_least, options.at_least_of_bare * measured["bare_speedup"])
    print(json.dumps(measured | {"machine": machine().model_dump()}))
    return 0 if good else 1


def scheduling(cells: int) -> dict[str, Any]:
    """Processor time, in user and system mode, of this process and of the scheduler, for each of the cells."""
    suite = _idle_suite(cells)
    with (
        tempfile.TemporaryDirectory() as folder,
        _cluster(workers=1) as (address, scheduler),
        cluster_at(address, 1) as cluster,
    ):
        assert cluster is not None
        idle = Cluster(cluster.client, work=nothing)
        before = _seconds_of(scheduler), time.process_time(), time.monotonic()
        console = Console(quiet=True)
        summary = run_suite(
            suite, Path(folder) / "run", console, label=None, retry=False, only="accuracy", trainer=idle.train
        )
        after = _seconds_of(scheduler), time.process_time(), time.monotonic()
    theirs, ours, wall = (now - then for now, then in zip(after, before, strict=True))
    if summary.failures:
        raise RuntimeError(summary.failures[0])
    return {
        "cells": summary.planned,
        "milliseconds_a_cell": 1e3 * ours / summary.planned,
        "scheduler_milliseconds_a_cell": 1e3 * theirs / summary.planned,
        "wall_seconds": wall,
    }


def nothing(task: Task, *_: object) -> Done:
    """In the place of `benchmarks.cluster.work.do`: an answer without work."""
    split = SplitResult(seed=0, fold=0, train_examples=1, test_examples=1, metrics={"accuracy": 1.0})
    result = AccuracyResult(parameters=1, splits=(split,), peak_memory_bytes=1)
    answer = Answered({"result": result.model_dump(mode="json")}, None)
    return Done({each.name: answer for each in task.commands}, Worker(name=worker_name(), machine=machine()))


def by_workers(counts: list[int], rounds: int, cells: int) -> dict[str, Any]:
    """Wall time of the same trainings on these numbers of workers, in turns; the last count's gain over the first's.

    The same of as many bare processes, which is what the machine has to give.
    """
    seconds: dict[int, list[float]] = {count: [] for count in counts}
    bare: dict[int, list[float]] = {count: [] for count in counts}
    for number in range(rounds):
        for count in counts if number % 2 == 0 else counts[::-1]:
            seconds[count].append(_trained_in(count, cells))
            bare[count].append(_trained_bare(count, cells))
    return {
        "cells": cells,
        "wall_seconds": {str(count): each for count, each in seconds.items()},
        "bare_wall_seconds": {str(count): each for count, each in bare.items()},
        "speedup": _gain(seconds, counts),
        "bare_speedup": _gain(bare, counts),
        "cores": available_cores(),
    }


def _gain(seconds: Mapping[int, Sequence[float]], counts: Sequence[int]) -> float:
    """How many times as fast the last count is as the first, by medians."""
    return statistics.median(seconds[counts[0]]) / statistics.median(seconds[counts[-1]])


def _trained_bare(processes: int, cells: int) -> float:
    """Wall seconds of the same cells in processes with nothing between them; every one has trained one before."""
    command = [sys.executable, "-m", "benchmarks.cluster.benchmark", "bare", "--cells"]
    shares = [cells // processes + (number < cells % processes) for number in range(processes)]
    environment = inherited_environment(threads=1)
    started = [
        subprocess.Popen(
            [*command, str(share)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        for share in shares
    ]
    try:
        for process in started:
            _wait_until(process, WARM)
        began = time.monotonic()
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in started:
            _wait_until(process, TRAINED)
        return time.monotonic() - began
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _wait_until(process: "subprocess.Popen[str]", said: str) -> None:
    assert process.stdout is not None
    if process.stdout.readline().strip() != said:
        raise RuntimeError(f"a process that trains ended with exit code {process.wait()}")


def train_bare(cells: int) -> None:
    """One of the processes: train a cell, say so, wait for a line, train this number of cells, say so."""
    cell = _trained_cell(_trained_suite(1))
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        prepare(task(cell.task), cell.folds, cell.seeds, Path(folder))
        for number in range(1 + cells):
            with redirect_stdout(nowhere):  # its news
                measure_accuracy(cell, Path(folder))
            if number == 0:
                print(WARM, flush=True)
                sys.stdin.readline()
    print(TRAINED, flush=True)


def _trained_cell(suite: Suite) -> AccuracyCell:
    """The first training of the suite's network: its baselines train faster."""
    facts = {name: data_facts(name) for name in suite.tasks}
    cells = (planned.cell for planned in plan(suite, facts))
    return next(cell for cell in cells if isinstance(cell, AccuracyCell) and not cell.is_baseline)


def _trained_in(workers: int, cells: int) -> float:
    """Wall seconds from when the first cell is sent until the last one ends; every worker has trained some before."""
    warm_up = WARM_UP * workers
    suite = _trained_suite(warm_up + cells)
    seconds: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        _cluster(workers) as (address, _),
        cluster_at(address, 1) as cluster,
    ):
        assert cluster is not None

        def timed(jobs: Sequence[Job], *given: Any) -> Iterator[Finished]:
            # A worker that fits a baseline loads its library, and then the networks' again.
            networks = [job for job in jobs if job.command.host.implementation in IMPLEMENTATIONS]
            yield from cluster.train([job for job in jobs if job not in networks], *given)
            yield from cluster.train(networks[:warm_up], *given)
            began = time.monotonic()
            yield from cluster.train(networks[warm_up:], *given)
            seconds.append(time.monotonic() - began)

        console = Console(quiet=True)
        summary = run_suite(
            suite, Path(folder) / "run", console, label=None, retry=False, only="accuracy", trainer=timed
        )
    if summary.failures:
        raise RuntimeError(summary.failures[0])
    return sum(seconds)


def _idle_suite(cells: int) -> Suite:
    """That many accuracy cells, in tens: variants of two networks by five implementations."""
    return _suite("scheduling", ("breast-cancer", "wine"), IMPLEMENTATIONS, cells // (2 * len(IMPLEMENTATIONS)))


def _trained_suite(cells: int) -> Suite:
    """That many trainings of one small network."""
    return _suite("workers", ("digits",), IMPLEMENTATIONS[:1], cells, epochs=EPOCHS)


def _suite(name: str, tasks: Sequence[str], implementations: Sequence[str], variants: int, **overrides: float) -> Suite:
    """Trainings of each task's perceptron, each variant of it with a learning rate of its own."""
    rates = [
        {"name": f"v{number}", "overrides": {"learning_rate": 1e-3 + 1e-7 * number, **overrides}}
        for number in range(variants)
    ]
    content = {
        "name": name, "tasks": tasks, "recipes": ["mlp"], "implementations": implementations, "folds": 2, "repeats": 1,
        "variants": rates, "unchanged_recipes": "none", "certificates": False, "threads": 1,
        "timing": {"leave_out": tasks},
    }  # fmt: skip
    return Suite.model_validate(content)


@contextmanager
def _cluster(workers: int) -> Iterator[tuple[str, psutil.Process]]:
    """A scheduler and its workers, each a process: the scheduler's address and process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        base = [sys.executable, "-m", "distributed.cli"]
        started: list[subprocess.Popen[bytes]] = []

        def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
            command = [*base[:2], f"{base[2]}.{module}", *arguments, "--no-dashboard", "--scheduler-file", str(file)]
            quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            started.append(subprocess.Popen(command, cwd=folder, env=os.environ | quiet_environment(), **quiet))
            return started[-1]

        try:
            scheduler = start("dask_scheduler", "--port", "0", "--host", "127.0.0.1")
            deadline = time.monotonic() + STARTING_S
            while not file.exists() or not file.read_text(encoding="utf-8"):
                if time.monotonic() > deadline:
                    raise RuntimeError("Dask's scheduler does not start")
                time.sleep(0.1)
            for _ in range(workers):
                start("dask_worker", "--nthreads", "1", "--memory-limit", "0")
            address = json.loads(file.read_text(encoding="utf-8"))["address"]
            _wait_for(address, workers)
            yield address, psutil.Process(scheduler.pid)
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait(timeout=STARTING_S)


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=STARTING_S) as client:
        client.wait_for_workers(workers, timeout=STARTING_S)


def _seconds_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster.benchmark", description="What a cluster costs, and what it gains."
    )
    kinds = parser.add_subparsers(dest="what", required=True)
    kind = kinds.add_parser("scheduling", help="our own processor time for each cell")
    kind.add_argument("--cells", type=int, default=10_000)
    kind.add_argument("--at-most", type=float, default=5.0, help="milliseconds for each cell")
    kind = kinds.add_parser("workers", help="wall time by number of workers")
    kind.add_argument("--counts", type=int, nargs="+", default=[1, 2], help="numbers of workers")
    kind.add_argument("--cells", type=int, default=12, help="trainings of one small network")
    kind.add_argument("--rounds", type=int, default=3)
    kind.add_argument("--at-least", type=float, default=1.8, help="how many times as fast the last count has to be")
    kind.add_argument(
        "--at-least-of-bare", type=float, default=0.9, help="or this share of what processes without a cluster gain"
    )
    kind = kinds.add_parser("bare", help="one of these processes: trains, waits for a line, and trains the cells")
    kind.add_argument("--cells", type=int, default=60)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""Timings on the worker of a cluster that offers to do nothing else meanwhile; where none does, on this machine."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.errors import ClusterError
from benchmarks.cluster.timing import TimingWorkers
from benchmarks.environment import machine
from benchmarks.execution.jobs import Finished
from benchmarks.records.cells import TimingCell
from benchmarks.records.ownership import BENCHMARKS
from benchmarks.records.results import Machine, Record, TimingResult, Worker
from benchmarks.records.store import RunFolderError, read_manifest, read_records
from benchmarks.runner.manifest import check_same_timing_machine
from benchmarks.runner.phases import Timer
from benchmarks.runner.run import run_suite
from benchmarks.suites import Suite
from tests.benchmarks.cluster.clusters import local_cluster

SUITE = Suite.model_validate(
    {
        "name": "timed", "tasks": ["wine"], "implementations": ["numpy", "numpy-textbook"], "folds": 2,
        "threads": 1, "certificates": False,
        "timing": {"launches": 2, "batch_sizes": [16], "budget_s": 0.01},
    }
)  # fmt: skip
OFFER = {"timing": 1}
OTHER = Machine(processor="Other", cores=4, memory_bytes=1, system="Linux")


#: Enough for what is refused: one implementation, launched once.
SMALLER = SUITE.model_copy(
    update={"implementations": ("numpy",), "timing": SUITE.timing.model_copy(update={"launches": 1})}
)


def timed(directory: Path, timer: Timer | None, suite: Suite = SUITE) -> list[Record]:
    console = Console(quiet=True)
    summary = run_suite(suite, directory, console, label="run", retry=False, only="timing", timer=timer)
    assert summary.failures == ()
    records, problems = read_records(directory)
    assert not problems
    return records


def test_a_worker_that_offers_to_times_and_one_that_is_lost_costs_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.runner.phases.run_in_turn", lambda *given: pytest.fail("timed on this machine"))
    ended: list[Finished] = []
    # The worker is started anew by its nanny, and is then another one, with an address of its own.
    with local_cluster(1, resources=OFFER) as client:
        timer = Cluster(client).timer
        assert timer is not None
        assert timer.machine == machine()

        def time(*given: Any) -> Any:
            for finished in timer.time(*given):
                ended.append(finished)
                yield finished
                if len(ended) == 3:  # the machine's peak and the first launch
                    (process,) = client.run(os.getpid).values()
                    os.kill(process, signal.SIGKILL)

        records = timed(tmp_path / "run", Timer(timer.machine, time))
    assert len(records) == len(ended) == 5, "the peak and two launches of two implementations"
    assert all(record.worker is not None and record.worker.machine == machine() for record in records)
    launches = [record for record in records if isinstance(record.result, TimingResult)]
    sittings = {record.result.sitting for record in launches if isinstance(record.result, TimingResult)}
    assert len(sittings) == 2, "what two workers have timed is not compared"
    by_launch: dict[int, set[str]] = {}
    for record in launches:
        assert isinstance(record.cell, TimingCell)
        assert isinstance(record.result, TimingResult)
        by_launch.setdefault(record.cell.launch, set()).add(record.result.sitting)
    assert all(len(sittings) == 1 for sittings in by_launch.values()), "by turns"
    for record in launches:
        assert (tmp_path / "run" / BENCHMARKS / f"{record.key}.json").stat().st_size > 0
    assert read_manifest(tmp_path / "run").timing_machine == machine()


class Offers:
    """A client of a cluster whose workers offer this."""

    def __init__(self, **workers: Any) -> None:
        self.workers = workers

    def scheduler_info(self) -> dict[str, Any]:
        return {"workers": self.workers}

    def run(self, function: Any, workers: list[str]) -> dict[str, Any]:
        return {address: function() for address in workers}


def test_without_an_offer_this_machine_times_and_else_the_first_by_name() -> None:
    idle = {"nthreads": 1, "resources": {}, "name": "a"}
    assert Cluster(Offers(one=idle)).timer is None
    offers = Offers(one=idle, two=idle | {"resources": OFFER, "name": "c"}, three=idle | {"resources": OFFER})
    workers = TimingWorkers(offers)
    assert [each.name for each in (workers.first(), workers.like(machine(), "two")) if each] == ["a", "c"]
    assert workers.like(OTHER, None) is None, "its machine is another"


def test_an_offer_to_time_beside_other_work_is_refused() -> None:
    offers = Offers(one={"nthreads": 2, "resources": OFFER, "name": 0})
    with pytest.raises(ClusterError, match=r"worker '0' offers 'timing' with 2 threads.* --nthreads 1"):
        TimingWorkers(offers).first()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that this machine has timed."""
    directory = tmp_path_factory.mktemp("here") / "run"
    timed(directory, None, SMALLER)
    return directory


def test_times_of_another_machine_are_refused_and_nothing_is_lost(here: Path) -> None:
    before = (here / "records.jsonl").read_bytes()
    with pytest.raises(RunFolderError, match=r"was timed on .* cores, and would be timed on Other, 4 cores now; give"):
        timed(here, Timer(OTHER, lambda *given: pytest.fail("it is timed")), SMALLER)
    assert (here / "records.jsonl").read_bytes() == before
    assert read_manifest(here).timing_machine is None


def test_what_a_worker_has_timed_is_refused_here(here: Path) -> None:
    record = next(each for each in read_records(here)[0] if isinstance(each.cell, TimingCell))
    moved = record.model_copy(update={"worker": Worker(name="a", machine=OTHER)})
    manifest = read_manifest(here)
    check_same_timing_machine(here, manifest.model_copy(update={"timing_machine": OTHER}), [moved])
    with pytest.raises(RunFolderError, match="was timed on Other, 4 cores, and would be timed on"):
        check_same_timing_machine(here, manifest, [moved])


def test_a_worker_that_joins_after_planning_times_what_is_left() -> None:
    """The first has its place as long as it is there; what another machine offers meanwhile is not taken."""
    offer = {"nthreads": 1, "resources": OFFER}
    offers = Offers(one=offer | {"name": "first"})
    workers = TimingWorkers(offers)
    asked: list[str] = []
    machines = {"one": machine(), "joined": machine(), "other": OTHER}

    def run(function: Any, workers: list[str]) -> dict[str, Any]:
        asked.extend(workers)
        return {address: machines[address] for address in workers}

    offers.run = run  # type: ignore[method-assign]  # a stand-in
    assert workers.first() is not None
    offers.workers |= {"other": offer | {"name": "a"}, "joined": offer | {"name": "b"}}
    assert workers.like(machine(), "one").address == "one"  # type: ignore[union-attr]  # there is one
    del offers.workers["one"]
    assert workers.like(machine(), "one").address == "joined"  # type: ignore[union-attr]  # there is one
    assert asked == ["one", "other", "joined"], "each once"

"""What a cell gives does not depend on what its process did before: answers to the byte, and its own peak memory."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.certificates.jobs import certificate_jobs
from benchmarks.execution.command import Limits
from benchmarks.execution.jobs import Job, run_jobs
from benchmarks.execution.process import Process
from benchmarks.records.cells import AccuracyCell, CertificateCell, Planned, TimingCell
from benchmarks.records.ownership import BENCHMARKS, working_folder
from benchmarks.records.results import AccuracyResult
from benchmarks.runner.data import data_facts, prepare_data
from benchmarks.runner.jobs import PREPARED, worker_job
from benchmarks.runner.plan import plan
from benchmarks.suites import Suite
from impls.mlp import MLP

#: Units of a layer, two of which make a network that takes 100 MB to train.
WIDE = 2500
GENEROUS = Limits(seconds=300, memory_bytes=2**32)


@pytest.fixture(scope="module")
def planned() -> dict[tuple[str, str, str], Planned]:
    """Cells by implementation, kind and task."""
    suite = Suite(
        name="x",
        tasks=("sunspots", "diabetes"),
        implementations=("numpy", "torch", "torch+compile", "keras-tensorflow", "keras-tensorflow+xla", "keras-jax"),
        folds=2,
        max_epochs=2,
    )
    cells = plan(suite, {name: data_facts(name) for name in suite.tasks})
    return {
        (each.cell.implementation, each.cell.kind, each.cell.task): each
        for each in cells
        if isinstance(each.cell, AccuracyCell | CertificateCell | TimingCell)
    }


@pytest.fixture
def directory(planned: dict[tuple[str, str, str], Planned], tmp_path: Path) -> Path:
    """A run folder with the data made ready."""
    working_folder(tmp_path).mkdir(parents=True)
    (tmp_path / BENCHMARKS).mkdir()
    prepare_data(planned.values(), working_folder(tmp_path) / PREPARED)
    return tmp_path


def answers(jobs: Sequence[Job], directory: Path) -> dict[str, Any]:
    """The results of jobs that go through one process, by key."""
    results = {}
    for finished in run_jobs(jobs, working_folder(directory), GENEROUS, 1):
        for outcome in finished.outcomes:
            assert outcome.reason is None, outcome.reason
            results[outcome.planned.key] = outcome.result
    return results


def measured(result: AccuracyResult) -> bytes:
    """All of it but seconds and bytes of memory, as it would be stored."""
    content = json.loads(result.model_dump_json(exclude={"peak_memory_bytes", "memory_before_bytes"}))
    for split in content["splits"]:
        for point in split["curve"]:
            del point["train_seconds"]
    return json.dumps(content).encode()


def enlarged(cell: AccuracyCell) -> Planned:
    """The cell with a network of which a training takes 100 MB, for an epoch."""
    wide = cell.settings | {"architecture": asdict(MLP(inputs=10, hidden=(WIDE, WIDE), outputs=1))}
    return Planned(cell.model_copy(update={"settings": wide, "epochs": 1}), "large")


@pytest.mark.parametrize(
    "implementation",
    [
        "numpy",
        "keras-tensorflow",  # it leaves most behind
        *(
            pytest.param(name, marks=pytest.mark.nightly)
            for name in ("torch", "torch+compile", "keras-tensorflow+xla", "keras-jax")
        ),
    ],
)
def test_cells_give_the_same_bytes_in_a_fresh_process_and_after_others_and_have_their_own_peak(
    planned: dict[tuple[str, str, str], Planned], directory: Path, implementation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process begins with a training, and comes to it again after certificates, others and a large one."""
    one, other = (planned[implementation, "accuracy", task] for task in ("sunspots", "diabetes"))
    certificates: list[Job] = []
    if implementation != "numpy":
        cell = planned[implementation, "certificate", "diabetes"]
        certificates = [
            job
            for job in certificate_jobs([cell], working_folder(directory) / "certificates")
            if job.command.implementation == implementation and not job.cells
        ]
        assert certificates
    first, again = (Planned(other.cell, key) for key in ("first", "again"))
    cells = (one, other, enlarged(other.cell), again)  # type: ignore[arg-type]  # an accuracy's
    jobs = [worker_job(first, directory, 60.0), *certificates, *(worker_job(each, directory, 60.0) for each in cells)]
    started: list[Process] = []

    def start(*given: Any) -> Process:
        started.append(Process(*given))
        return started[-1]

    monkeypatch.setattr("benchmarks.execution.jobs.Process", start)
    results = answers(jobs, directory)
    # On processors with instructions for networks, TensorFlow computes by oneDNN, which keeps buffers for every product
    # that it has seen: 128 MiB of the large network's, and a process that holds as much is replaced.
    assert len(started) <= (2 if implementation.startswith("keras-tensorflow") else 1)
    assert measured(results["first"]) == measured(results[other.key]) == measured(results["again"])
    if implementation == "numpy":  # in a process of its own, which a framework takes seconds to load in
        assert measured(answers([worker_job(one, directory, 60.0)], directory)[one.key]) == measured(results[one.key])
    peaks = {key: result.peak_memory_bytes for key, result in results.items()}
    assert peaks["large"] > peaks[other.key] + 4 * WIDE * WIDE * 4  # weights, gradients and Adam's two moments
    assert peaks["again"] < peaks[other.key] + 48 * 2**20


def test_a_timing_says_how_many_its_process_timed_before_whatever_their_launch(
    planned: dict[tuple[str, str, str], Planned], directory: Path
) -> None:
    """So of the first network of a process that replaces one, or goes on with a launch, too."""
    jobs = [
        worker_job(planned["numpy", "timing", task], directory, 60.0, sitting="now")
        for task in ("sunspots", "diabetes")
    ]
    together, alone = answers(jobs, directory), answers(jobs[1:], directory)
    assert sorted(result.position for result in together.values()) == [0, 1]
    assert [result.position for result in alone.values()] == [0]
    for result in [*together.values(), *alone.values()]:
        assert result.sitting == "now"
        assert 10 * 2**20 < result.memory_before_bytes <= result.peak_memory_bytes

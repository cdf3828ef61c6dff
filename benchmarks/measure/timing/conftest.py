"""Options and fixtures of the timing suite, and what its JSON says beside the times.

`threefold run` launches it for each timing cell, and keeps its JSON for pytest-benchmark's own `compare`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.environment import commit, machine, versions
from benchmarks.execution.child import device_peak_bytes
from benchmarks.execution.floating_point import flush_denormals
from benchmarks.measure.timing.subject import Subject, make_subject
from benchmarks.records.cells import TimingCell
from benchmarks.records.results import Disturbance
from impls.engines import implementation as find_implementation

#: How often an operation is timed while the machine is disturbed.
ATTEMPTS = 3

CELL = pytest.StashKey[TimingCell]()
SUBJECT = pytest.StashKey[Subject]()
UNDISTURBED = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is timed, and on which data."""
    group = parser.getgroup("threefold")
    group.addoption("--cell", required=True, help="JSON file of the timing cell")
    group.addoption("--prepared", required=True, help="folder of the prepared data")


def pytest_configure(config: pytest.Config) -> None:
    """Read the cell before the tests are made from it; a launch by hand is in the same mode as a measured process."""
    flush_denormals()
    config.stash[UNDISTURBED] = set()
    config.stash[CELL] = TimingCell.model_validate_json(Path(config.getoption("--cell")).read_text("utf-8"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Times are taken at the cell's batch sizes; later attempts are skipped once one was undisturbed."""
    if "attempt" in metafunc.fixturenames:
        metafunc.parametrize("attempt", range(1, ATTEMPTS + 1))
    if "batch_size" in metafunc.fixturenames:
        metafunc.parametrize("batch_size", metafunc.config.stash[CELL].batch_sizes)


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> Subject:
    """The network under the clock, built once a launch."""
    made = make_subject(request.config.stash[CELL], Path(request.config.getoption("--prepared")))
    request.config.stash[SUBJECT] = made
    return made


@pytest.fixture
def note(
    request: pytest.FixtureRequest, benchmark: BenchmarkFixture, subject: Subject, attempt: int
) -> Iterator[dict[str, Any]]:
    """What a test tells of its measurement; written into the JSON, and remembered when it was undisturbed."""
    name = request.node.originalname + repr(request.node.callspec.params.get("batch_size"))
    undisturbed = request.config.stash[UNDISTURBED]
    if name in undisturbed:
        pytest.skip("the attempt before was undisturbed")
    subject.reset()
    _describe(benchmark, subject.cell, request.node.originalname.removeprefix("test_"), _batch_size(request), attempt)
    noted: dict[str, Any] = {}
    yield noted
    disturbance: Disturbance = noted.pop("disturbance")
    if not disturbance.disturbed:
        undisturbed.add(name)
    benchmark.extra_info.update(noted, attempt=attempt, disturbance=disturbance.model_dump())


@pytest.hookimpl(tryfirst=True)
def pytest_benchmark_generate_machine_info() -> dict[str, Any]:
    """The machine as records have it: pytest-benchmark's own account names the host, and takes a second."""
    return machine().model_dump()


@pytest.hookimpl(tryfirst=True)
def pytest_benchmark_generate_commit_info() -> dict[str, Any]:
    """The project's commit, not that of the folder in which the command was given."""
    return dict(_commit())


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """What holds for the whole launch."""
    subject = config.stash[SUBJECT]
    described = find_implementation(subject.cell.implementation)
    output_json["threefold"] = {
        "cell": subject.cell.model_dump(mode="json"),
        "versions": versions(),
        "first_step_s": subject.first_step_s,
        "peak_memory_bytes": device_peak_bytes(described, subject.cell.device),
        "parameters": subject.model.architecture.parameter_count,
    }


def _describe(benchmark: BenchmarkFixture, cell: TimingCell, operation: str, batch_size: int, attempt: int) -> None:
    """Say in pytest-benchmark's file what was timed: for its `compare`, and to group by (`param:implementation`)."""
    place = {
        "task": cell.task,
        "architecture": cell.architecture,
        "implementation": cell.implementation,
        "device": cell.device,
        "dtype": cell.dtype,
        "batch_size": batch_size,
    }
    again = {"attempt": attempt} if attempt > 1 else {}
    benchmark.param = "-".join(str(value) for value in place.values()) + (f"-attempt {attempt}" if again else "")
    benchmark.params = {"operation": operation, **place, **again}
    benchmark.name = benchmark.fullname = f"{operation}[{benchmark.param}]"


@cache
def _commit() -> Mapping[str, Any]:
    """Asked once a process: git is a process of its own each time, beside what is timed next."""
    head, modified = commit()
    return {"id": head, "dirty": modified}


def _batch_size(request: pytest.FixtureRequest) -> int:
    parameters = request.node.callspec.params
    return int(parameters.get("batch_size", request.config.stash[CELL].epoch_batch_size))

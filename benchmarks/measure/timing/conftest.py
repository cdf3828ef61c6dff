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
from benchmarks.execution.turns import Turn
from benchmarks.measure.timing.subject import Subject, make_subject
from benchmarks.measure.timing.turned_clock import TurnedClock
from benchmarks.records.cells import TimingCell
from benchmarks.records.results import Disturbance
from impls.engines import implementation as find_implementation

CELL = pytest.StashKey[TimingCell]()
SUBJECT = pytest.StashKey[Subject]()
TURN = pytest.StashKey[Turn]()
CLOCK = pytest.StashKey[TurnedClock]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is timed, and on which data."""
    group = parser.getgroup("threefold")
    group.addoption("--cell", required=True, help="JSON file of the timing cell")
    group.addoption("--prepared", required=True, help="folder of the prepared data")
    group.addoption("--turns", help="where to ask for turns, HOST:PORT; without, there are no others")


def pytest_configure(config: pytest.Config) -> None:
    """Read the cell before the tests are made from it; a launch by hand is in the same mode as a measured process."""
    flush_denormals()
    cell_file = Path(config.getoption("--cell"))
    config.stash[CELL] = TimingCell.model_validate_json(cell_file.read_text("utf-8"))
    config.stash[TURN] = Turn(config.getoption("--turns"), cell_file.stem)
    config.stash[CLOCK] = TurnedClock(config.stash[TURN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """All is written: the others may take their turns."""
    if TURN in config.stash:
        config.stash[TURN].end()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let pytest-benchmark read the clock that takes turns."""
    for item in items:
        item.add_marker(pytest.mark.benchmark(timer=config.stash[CLOCK]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Times are taken at the cell's batch sizes."""
    if "batch_size" in metafunc.fixturenames:
        metafunc.parametrize("batch_size", metafunc.config.stash[CELL].batch_sizes)


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> Subject:
    """The network under the clock, built once a launch, in a turn of its own."""
    request.config.stash[CLOCK].begin()
    made = make_subject(request.config.stash[CELL], Path(request.config.getoption("--prepared")))
    request.config.stash[SUBJECT] = made
    return made


@pytest.fixture
def clock(request: pytest.FixtureRequest, subject: Subject) -> TurnedClock:
    """The clock, in the turn in which an operation is set up; its network is as it was built."""
    clock = request.config.stash[CLOCK]
    clock.begin()
    subject.reset()
    return clock


@pytest.fixture
def note(request: pytest.FixtureRequest, benchmark: BenchmarkFixture, subject: Subject) -> Iterator[dict[str, Any]]:
    """What a test says about its measurement, written into the JSON."""
    _describe(benchmark, subject.cell, request.node.originalname.removeprefix("test_"), _batch_size(request))
    noted: dict[str, Any] = {}
    yield noted
    disturbance: Disturbance = noted.pop("disturbance")
    benchmark.extra_info.update(noted, disturbance=disturbance.model_dump())


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


def _describe(benchmark: BenchmarkFixture, cell: TimingCell, operation: str, batch_size: int) -> None:
    """Say in pytest-benchmark's file what was timed: for its `compare`, and to group by (`param:implementation`)."""
    place = {
        "task": cell.task,
        "architecture": cell.architecture,
        "implementation": cell.implementation,
        "device": cell.device,
        "dtype": cell.dtype,
        "batch_size": batch_size,
    }
    benchmark.param = "-".join(str(value) for value in place.values())
    benchmark.params = {"operation": operation, **place}
    benchmark.name = benchmark.fullname = f"{operation}[{benchmark.param}]"


@cache
def _commit() -> Mapping[str, Any]:
    """Asked once a process: git is a process of its own each time, beside what is timed next."""
    head, modified = commit()
    return {"id": head, "dirty": modified}


def _batch_size(request: pytest.FixtureRequest) -> int:
    if "batch_size" in request.fixturenames:
        return int(request.getfixturevalue("batch_size"))
    return request.config.stash[CELL].epoch_batch_size

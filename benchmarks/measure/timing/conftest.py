"""Options and fixtures of the timing suite, and what its JSON says beside the times.

`threefold run` launches it for each timing cell. By hand: `pytest benchmarks/timing --task digits --architecture cnn
--implementation torch --benchmark-json torch.json`, then pytest-benchmark's own `compare`.
"""

from collections.abc import Iterator
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
from impls.errors import ThreefoldError

#: How often an operation is timed while the machine is disturbed.
ATTEMPTS = 3

CELL = pytest.StashKey[TimingCell]()
SUBJECT = pytest.StashKey[Subject]()
UNDISTURBED = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """A cell given as a file, or told by its names."""
    group = parser.getgroup("threefold")
    group.addoption("--cell", help="JSON file of the timing cell; the options below are not needed then")
    group.addoption("--prepared", help="folder of the prepared data; needed with --cell")
    group.addoption("--task", default="digits")
    group.addoption("--architecture", default="mlp")
    group.addoption("--implementation", default="numpy")


def pytest_configure(config: pytest.Config) -> None:
    """Read the cell before the tests are made from it; a launch by hand is in the same mode as a measured process."""
    flush_denormals()
    config.stash[UNDISTURBED] = set()
    if config.getoption("--cell"):
        config.stash[CELL] = TimingCell.model_validate_json(Path(config.getoption("--cell")).read_text("utf-8"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Times are taken at the cell's batch sizes; later attempts are skipped once one was undisturbed."""
    if "attempt" in metafunc.fixturenames:
        metafunc.parametrize("attempt", range(1, ATTEMPTS + 1))
    if "batch_size" in metafunc.fixturenames:
        metafunc.parametrize("batch_size", _cell(metafunc.config).batch_sizes)


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """The network under the clock, built once a launch."""
    cell = _cell(request.config)
    prepared = request.config.getoption("--prepared")
    made = make_subject(cell, Path(prepared) if prepared else _prepare(cell, tmp_path_factory.mktemp("prepared")))
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
    head, modified = commit()
    return {"id": head, "dirty": modified}


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """What holds for the whole launch."""
    subject = config.stash[SUBJECT]
    found = find_implementation(subject.cell.implementation)
    output_json["threefold"] = {
        "cell": subject.cell.model_dump(mode="json"),
        "versions": versions(),
        "first_step_s": subject.first_step_s,
        "peak_memory_bytes": device_peak_bytes(found, subject.cell.device),
        "parameters": subject.model.architecture.parameter_count,
    }


def _cell(config: pytest.Config) -> TimingCell:
    if CELL not in config.stash:
        config.stash[CELL] = _cell_by_options(config)
    return config.stash[CELL]


def _cell_by_options(config: pytest.Config) -> TimingCell:
    from benchmarks.runner.data import data_facts
    from benchmarks.runner.plan import timing_cells
    from benchmarks.suites import read_suite

    task, architecture = config.getoption("--task"), config.getoption("--architecture")
    implementation = config.getoption("--implementation")
    try:
        quick = read_suite("quick")
        # What the suite leaves out for its time's sake can still be asked for by name.
        timing = quick.timing.model_copy(update={"leave_out": ()})
        chosen = {"tasks": (task,), "architectures": (architecture,), "implementations": (implementation,)}
        suite = quick.model_copy(update={**chosen, "timing": timing})
        return next(timing_cells(suite, {task: data_facts(task)}))
    except (ThreefoldError, KeyError, StopIteration) as error:
        raise pytest.UsageError(f"no such timing ({error!r}); 'threefold list' shows what there is") from None


def _prepare(cell: TimingCell, directory: Path) -> Path:
    from benchmarks.tasks import tasks
    from benchmarks.tasks.preparation import prepare

    prepare(tasks()[cell.task], cell.folds, (0,), directory)
    return directory

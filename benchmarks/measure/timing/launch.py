"""One launch of the timing suite, from a cell to its result."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records.cells import TimingCell
from benchmarks.records.results import Disturbance, OperationTiming, TimingResult
from impls.errors import ThreefoldError

FOLDER = Path(__file__).parent


class TimingError(ThreefoldError):
    """The timing suite ended without times."""


class _FirstFailure:
    """A pytest plugin that keeps the first exception met."""

    def __init__(self) -> None:
        self.reason: str | None = None

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        if self.reason is None and call.excinfo is not None:
            error = call.excinfo.value
            message = str(error) if isinstance(error, ThreefoldError) else call.excinfo.exconly(tryshort=True)
            self.reason = " ".join(message.split())


def measure_timing(cell: TimingCell, prepared: Path, benchmark_json: Path, turns: str | None = None) -> TimingResult:
    """Run the timing suite in this process; pytest-benchmark's own JSON is left in `benchmark_json`.

    Args:
        cell: what is timed.
        prepared: folder of the prepared data.
        benchmark_json: where pytest-benchmark's file goes; its name is that under which turns are asked for.
        turns: where to ask for turns; None without others.

    Raises:
        TimingError: a test failed, with the first exception's message.
    """
    cell_file = benchmark_json.with_suffix(".cell")
    cell_file.write_text(cell.model_dump_json(), encoding="utf-8")
    options = ["-c", str(FOLDER / "pytest.ini"), "--rootdir", str(FOLDER), "--capture=no", "-q", "-p", "benchmark"]
    options += ["--cell", str(cell_file), "--prepared", str(prepared), f"--benchmark-json={benchmark_json}"]
    options += [f"--turns={turns}"] if turns else []
    failure = _FirstFailure()
    exit_code = pytest.main([*options, str(FOLDER)], plugins=[failure])
    cell_file.unlink()
    if exit_code != pytest.ExitCode.OK:
        raise TimingError(failure.reason or f"the timing suite ended with exit code {int(exit_code)}")
    return read_timing(benchmark_json)


def read_timing(benchmark_json: Path) -> TimingResult:
    """The result of a launch from pytest-benchmark's file."""
    content = json.loads(benchmark_json.read_text(encoding="utf-8"))
    launch = content["threefold"]
    return TimingResult(
        first_step_s=launch["first_step_s"],
        operations=tuple(map(_timing, sorted(content["benchmarks"], key=_operation))),
        peak_memory_bytes=launch["peak_memory_bytes"],
        parameters=launch["parameters"],
    )


def _operation(benchmark: dict[str, Any]) -> tuple[str, int]:
    return benchmark["extra_info"]["operation"], benchmark["extra_info"]["batch_size"]


def _timing(benchmark: dict[str, Any]) -> OperationTiming:
    info, stats = benchmark["extra_info"], benchmark["stats"]
    return OperationTiming(
        operation=info["operation"],
        batch_size=info["batch_size"],
        examples=info["examples"],
        samples_s=tuple(float(f"{seconds:.6g}") for seconds in stats["data"]),
        iterations=stats["iterations"],
        flops=info["flops"],
        disturbance=Disturbance.model_validate(info["disturbance"]),
        attempts=1,  # records of before turns were taken have more: what was disturbed was timed again
    )

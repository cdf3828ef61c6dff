"""Where hostile files are, and a report that has imported what reports need."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.fuzzing.commands import command, planning_alone, report
from tests.report.sample_runs import sample_records, write_run
from tests.undrawn import drawing_nothing


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where everything is; the process's handlers of signals are put back, which every command sets."""
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    yield tmp_path_factory.mktemp("commands")
    for number, handler in before:
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def warm_plan(folder: Path) -> None:
    """Import what a plan needs."""
    with planning_alone(), contextlib.suppress(AssertionError):
        command("run", "--suite", "quick", "--out", folder / "never")


@pytest.fixture(scope="module")
def warm(folder: Path) -> None:
    """Import what a report needs, whose time is not an input's."""
    with drawing_nothing(), contextlib.suppress(AssertionError):
        report(write_run(folder / "warm", sample_records(["numpy"])), folder / "warm-report")

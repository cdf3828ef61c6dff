"""A full disk ends a run in one line that says whose it is."""

import errno
import os
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.execution.jobs import Outcome
from benchmarks.records.cells import Planned
from benchmarks.records.results import Machine, Worker
from benchmarks.runner.progress import LineReporter
from benchmarks.runner.recording import keep
from impls.errors import ThreefoldError
from tests.benchmarks.sample_cells import accuracy_cell

FULL = f"crashed: OSError: [Errno 28] {os.strerror(errno.ENOSPC)}"
PLANNED = Planned(accuracy_cell(implementation="numpy"), "0" * 64)
WORKER = Worker(name="fast-1", machine=Machine(processor="P", cores=2, memory_bytes=1, system="Linux"))


def test_a_full_disk_is_this_machines_unless_a_worker_has_done_the_cell(tmp_path: Path) -> None:
    lines = LineReporter(Console(quiet=True), [PLANNED.cell], slots=1)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as here:
        keep(tmp_path, lines, Outcome(PLANNED, None, FULL), 1.0)
    assert here.value.filename == str(tmp_path)
    with pytest.raises(ThreefoldError, match=r"worker 'fast-1': No space left .* make room on its disk") as there:
        keep(tmp_path, lines, Outcome(PLANNED, None, FULL, WORKER), 1.0)
    assert str(tmp_path) not in str(there.value)
    assert list(tmp_path.iterdir()) == [], "neither is a record"

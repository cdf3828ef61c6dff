"""The command given hostile files, and reports built from them: what holds for every answer."""

import contextlib
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from benchmarks.cli.main import main
from benchmarks.records.store import MANIFEST, RECORDS
from benchmarks.records.wall_time import WallTime
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.runner.run import Summary
from benchmarks.suites import Suite
from tests.benchmarks.fuzzing.inputs import INPUTS, LIMIT_S, RECORD_TEXTS, changed_json, plausible
from tests.report.sample_runs import manifest, sample_records
from tests.report.sequence_runs import sequence_records
from tests.report.studies.test_searches import FIRST, SECOND, searched
from tests.report.studies.test_studies import TUNED

COMMANDS = max(4, INPUTS // 10)


def command(*arguments: object, lines: int = 1) -> int:
    """Run it in this process; its exit code, after what holds for every answer was asserted.

    Args:
        arguments: of `threefold`.
        lines: that it may complain in.
    """
    out, errors, code = io.StringIO(), io.StringIO(), 0
    began = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            main([str(each) for each in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    assert time.process_time() - began < LIMIT_S, arguments
    said, complaint = out.getvalue(), errors.getvalue()
    assert code in (0, 1, 2), complaint
    assert "Traceback" not in said + complaint
    assert re.sub(r"[\n ]", "", said + complaint).isprintable() or not (said + complaint).strip()
    assert len(complaint.splitlines()) <= lines, complaint
    assert len(complaint) < 3000 * lines
    return code


@contextlib.contextmanager
def planning_alone(wanted: bool = True) -> Iterator[None]:
    """`threefold run` plans what it would measure, and reports on nothing."""
    if not wanted:
        yield
        return

    def planned(suite: Suite, *_: Any, **__: Any) -> Summary:
        cells = plan(suite, {name: data_facts(name) for name in suite.tasks})
        return Summary(len(cells), 0, (), WallTime())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.cli.run.run_suite", planned)
        patch.setattr("benchmarks.cli.run.add_wall_time", lambda *_: None)
        patch.setattr("report.build.build_report", lambda *_: None)
        yield


SAMPLES = [each.model_dump_json() for each in sample_records(["numpy", "torch"])]
SEQUENCES = [each.model_dump_json() for each in sequence_records()]
#: Of a study: learning rates of which each split chooses one, and searches for hyperparameters.
STUDIES = [
    each.model_dump_json()
    for each in (*TUNED, searched("tpe", FIRST, SECOND), searched("random", FIRST, SECOND), searched("grid", FIRST))
]
changed_records = st.one_of(plausible(SAMPLES), plausible(SEQUENCES), changed_json(RECORD_TEXTS))


def changed_run(folder: Path, manifest_text: bytes, texts: list[str], lines: list[bytes]) -> Path:
    """A run in which these lines come after its own records, each in the place of the one of its key."""
    run = folder / "run"
    run.mkdir(exist_ok=True)
    (run / MANIFEST).write_bytes(manifest_text)
    (run / RECORDS).write_bytes(b"\n".join([*(text.encode() for text in texts), *lines]) + b"\n")
    return run


def whole_manifest(**changes: Any) -> bytes:
    """Of a run that consists of any records there are."""
    return manifest([], **{"cells": (), **changes}).model_dump_json().encode()


def report(run: Path, out: Path) -> None:
    """Build one, and look through what it wrote."""
    if command("report", run, "--out", out) == 0:
        page = (out / "index.html").read_text(encoding="utf-8")
        assert not CONTROL.search(page)
        assert "<script>alert" not in page


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

"""Hostile suites, runs and histories given to the command itself, and reports built from them.

A command may take what it is given or refuse it in one printable line with exit code 2; it never breaks (exit code 70,
a traceback), never takes more than 2 seconds, and prints no control character. What it would measure is planned alone;
figures are computed, and drawn in the nightly run.
"""

import contextlib
import io
import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cli.main import main
from benchmarks.gate.cells import read_gate_file
from benchmarks.gate.history.lines import FILE, HistoryLine
from benchmarks.records.results import Machine
from benchmarks.records.store import MANIFEST, RECORDS
from benchmarks.records.wall_time import WallTime
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.runner.run import Summary
from benchmarks.suites import Suite
from report.figures.making import Drawers
from report.figures.ownership import SIGNS
from report.figures.plain import Figure
from tests.benchmarks.fuzzing.inputs import (
    INPUTS,
    LIMIT_S,
    MANIFEST_TEXT,
    RECORD_TEXTS,
    changed_json,
    changed_suites,
    fuzzed,
    plausible,
    torn,
)
from tests.benchmarks.fuzzing.test_inputs import answered
from tests.report.sample_runs import TASKS, manifest, sample_records, write_run
from tests.report.sequence_runs import SEQUENCE_TASKS, sequence_records

COMMANDS = max(8, INPUTS // 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where everything is; the process's handlers of signals are put back, which every command sets."""
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    yield tmp_path_factory.mktemp("commands")
    for number, handler in before:
        signal.signal(number, handler)


def command(*arguments: object) -> int:
    """Run it in this process; its exit code, after what holds for every answer was asserted."""
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
    assert len(complaint.splitlines()) <= 1, complaint
    assert len(complaint) < 3000
    return code


@contextlib.contextmanager
def planning_alone() -> Iterator[None]:
    """`threefold run` plans what it would measure, and reports on nothing."""

    def planned(suite: Suite, *_: Any, **__: Any) -> Summary:
        cells = plan(suite, {name: data_facts(name) for name in suite.tasks})
        return Summary(len(cells), 0, (), WallTime())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.cli.run.run_suite", planned)
        patch.setattr("benchmarks.cli.run.add_wall_time", lambda *_: None)
        patch.setattr("report.build.build_report", lambda *_: None)
        yield


@contextlib.contextmanager
def drawing_nothing() -> Iterator[None]:
    """Figures are computed; an empty picture is in the place of each."""

    def draw(drawers: Drawers, figures: list[Figure]) -> None:
        for figure in figures:
            for name in figure.files:
                (drawers._folder / name).write_bytes(PICTURES[Path(name).suffix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawers, "draw", draw)
        yield


PICTURES = {
    ".svg": b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>' + SIGNS[".svg"] + b"</metadata></svg>",
    ".png": SIGNS[".png"],
}


@fuzzed(COMMANDS)
@given(content=changed_suites())
def test_suites(folder: Path, content: bytes) -> None:
    (folder / "suite.toml").write_bytes(content)
    with planning_alone():
        command("run", "--suite", folder / "suite.toml", "--out", folder / "never")
    assert not (folder / "never").exists()


SAMPLES = [each.model_dump_json() for each in sample_records(["numpy", "torch"])]
SEQUENCES = [each.model_dump_json() for each in sequence_records()]
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


@pytest.fixture(scope="module")
def warm(folder: Path) -> None:
    """Import what a report needs, whose time is not an input's."""
    with drawing_nothing(), contextlib.suppress(AssertionError):
        report(write_run(folder / "warm", sample_records(["numpy"])), folder / "warm-report")


@fuzzed(COMMANDS)
@given(lines=st.lists(changed_records, min_size=1, max_size=4))
def test_reports_of_hostile_records(folder: Path, warm: None, lines: list[bytes]) -> None:
    for texts, tasks in ((SAMPLES, TASKS), (SEQUENCES, SEQUENCE_TASKS)):
        run = changed_run(folder, whole_manifest(tasks=tasks), texts, lines)
        with drawing_nothing():
            report(run, folder / "report")


@fuzzed(COMMANDS)
@given(content=plausible([MANIFEST_TEXT]) | changed_json([MANIFEST_TEXT]))
def test_reports_of_hostile_manifests(folder: Path, warm: None, content: bytes) -> None:
    run = changed_run(folder, content, SAMPLES, [])
    with drawing_nothing():
        report(run, folder / "report")


@fuzzed(COMMANDS)
@given(lines=st.lists(changed_records, min_size=1, max_size=4))
def test_comparisons_with_hostile_records(folder: Path, warm: None, lines: list[bytes]) -> None:
    sound = folder / "sound"
    if not sound.exists():
        write_run(sound, sample_records(["numpy", "torch"]))
    run = changed_run(folder, whole_manifest(), SAMPLES, lines)
    for sides in ((sound, run), (run, sound)):
        for written in ("table", "json", "markdown", "junit"):
            command("compare", *sides, "--all", "--format", written)


@fuzzed(COMMANDS)
@given(content=st.binary(max_size=200) | changed_json([MANIFEST_TEXT]))
def test_folders_that_hold_no_run(folder: Path, content: bytes) -> None:
    """Nothing of somebody else's is changed, whatever it is called."""
    mine = folder / "mine"
    for name in ("index.html", "tables/accuracy.csv", "records.jsonl", "work/thesis.txt"):
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_bytes(content)
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    sound = write_run(folder / "sound", sample_records(["numpy", "torch"]))
    for arguments in (["report", sound], ["run", "--suite", "quick"], ["certify"]):
        assert command(*arguments, "--out", mine) == 2
    assert {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()} == before


HISTORY = [
    HistoryLine(
        commit=f"{number:040x}",
        date=f"2026-01-{number + 1:02}T00:00:00+00:00",
        machine=Machine(processor="P", cores=2, memory_bytes=2**30, system="Linux"),
        versions={"numpy": "2.4"},
        threads=1,
        launches=5,
        reference_s=0.1,
        figures={"train_step mlp numpy": 0.1 + 0.01 * number},
        normalized={"train_step mlp numpy": 1.0 + 0.1 * number},
    ).model_dump_json()
    for number in range(12)
]


@fuzzed(COMMANDS)
@given(lines=st.lists(plausible(HISTORY) | changed_json(HISTORY), min_size=1, max_size=3))
def test_histories(folder: Path, lines: list[bytes]) -> None:
    (folder / FILE).write_bytes(b"\n".join([*(text.encode() for text in HISTORY), *lines]) + b"\n")
    command("history", "check", "--folder", folder)
    command("history", "show", "--folder", folder)


BENCHMARKS = [
    json.dumps(
        {
            "machine_info": {"node": "a", "machine": "x86_64", "cpu": {"brand_raw": "P"}},
            "benchmarks": [
                {"name": f"b{n}", "fullname": f"f::b{n}", "stats": {"min": 1.0, "median": 1.1, "q1": 1.05, "q3": 1.2}}
                for n in range(3)
            ],
        }
    )
]


@fuzzed(COMMANDS)
@given(content=plausible(BENCHMARKS) | changed_json(BENCHMARKS))
def test_files_of_pytest_benchmark(folder: Path, content: bytes) -> None:
    (folder / "a.json").write_text(BENCHMARKS[0], encoding="utf-8")
    (folder / "b.json").write_bytes(content)
    for written in ("table", "json", "markdown", "junit"):
        command("compare", folder / "a.json", folder / "b.json", "--format", written)


GATE = """sources = ["impls"]
python_path = ["."]
[[cell]]
name = "mlp numpy"
build = "own.module:make"
operations = ["train_step"]
batch_size = 32
"""


@fuzzed(COMMANDS)
@given(content=torn(GATE.encode()))
def test_gate_files(folder: Path, content: bytes) -> None:
    (folder / "gate.toml").write_bytes(content)
    answered(lambda: read_gate_file(folder / "gate.toml", folder))


@pytest.mark.nightly
@fuzzed(COMMANDS)
@given(lines=st.lists(changed_records, min_size=1, max_size=4))
def test_figures_of_hostile_records_are_drawn(folder: Path, warm: None, lines: list[bytes]) -> None:
    """Without a limit of time: Matplotlib takes seconds for all figures of a report."""
    run = changed_run(folder, whole_manifest(), SAMPLES, lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.benchmarks.fuzzing.test_commands.LIMIT_S", 60.0)
        report(run, folder / "drawn")

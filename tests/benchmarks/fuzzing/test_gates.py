"""Hostile files of gates, histories and pytest-benchmark, given to the commands that read them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gate.baseline import FILE as BASELINE
from benchmarks.gate.baseline import GateBaseline
from benchmarks.gate.cells import read_gate_file
from benchmarks.gate.history.lines import FILE, HistoryLine
from benchmarks.gate.launches import Pair, Reading
from benchmarks.gate.store import HEADER, PAIRS, VERDICT, Header, read_pairs
from benchmarks.records.ownership import claim_folder
from benchmarks.records.results import Machine
from report.comparing.verdicts import Comparison, Limits
from tests.benchmarks.fuzzing.commands import COMMANDS, command
from tests.benchmarks.fuzzing.inputs import (
    DEEP_KEY,
    answered,
    changed_json,
    fuzzed,
    odd_texts,
    odd_values,
    plausible,
    torn,
)
from tests.benchmarks.gate.toy_project import make_project

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


@st.composite
def changed_gates(draw: st.DrawFn) -> bytes:
    """A line with another value."""
    lines = GATE.splitlines()
    position = draw(st.sampled_from([number for number, line in enumerate(lines) if " = " in line]))
    value = draw(odd_values | odd_texts)
    try:
        lines[position] = f"{lines[position].partition(' = ')[0]} = {json.dumps(value)}"
    except ValueError:  # thousands of digits
        lines[position] += "9" * 5000
    if draw(st.integers(0, 9)) == 0:
        lines.insert(0, f"{DEEP_KEY} = 1")
    return "\n".join(lines).encode("utf-8", "replace")


@fuzzed()
@given(content=torn(GATE.encode()) | changed_gates())
def test_gate_files(folder: Path, content: bytes) -> None:
    (folder / "gate.toml").write_bytes(content)
    answered(lambda: read_gate_file(folder / "gate.toml", folder))


@pytest.fixture(scope="module")
def project(folder: Path) -> Iterator[Path]:
    """A repository that is the current folder."""
    with pytest.MonkeyPatch.context() as patch:
        made = make_project(folder / "project")
        patch.chdir(made)
        yield made


COMMIT = "0123456789abcdef0123456789abcdef01234567"
BASELINES = [GateBaseline(commit=COMMIT, since="2026-01-01T00:00:00+00:00", reason="made by --init").model_dump_json()]


@fuzzed(COMMANDS)
@given(content=plausible(BASELINES) | changed_json(BASELINES))
def test_baselines(folder: Path, project: Path, content: bytes) -> None:
    path = project / BASELINE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (folder / FILE).write_text("\n".join(HISTORY) + "\n", encoding="utf-8")
    command("history", "check", "--folder", folder)
    if command("gate", "--init") == 2:
        assert path.read_bytes() == content


HEADERS = [
    Header(
        baseline=COMMIT, candidate=COMMIT, candidate_reference="main", baseline_versions={"numpy": "2.4"},
        candidate_versions={}, machine="{}", threads=1, measured="0",
    ).model_dump_json()
]  # fmt: skip
VERDICTS = [
    Comparison(
        baseline="main", candidate="worktree", limits=Limits(), differences=(), missing=(), added=(), notes=("a",),
        figures=(), exit_code=0, summary="No regression: 3 not worse.",
    ).model_dump_json()
]  # fmt: skip


@fuzzed(COMMANDS)
@given(
    header=st.just(HEADERS[0].encode()) | plausible(HEADERS) | changed_json(HEADERS),
    verdict=plausible(VERDICTS) | changed_json(VERDICTS),
)
def test_verdicts_that_are_accepted(folder: Path, project: Path, header: bytes, verdict: bytes) -> None:
    claim_folder(folder / "gate")
    (folder / "gate" / HEADER).write_bytes(header)
    (folder / "gate" / VERDICT).write_bytes(verdict)
    command("gate", "--accept", "--out", folder / "gate")
    (project / BASELINE).unlink(missing_ok=True)


PAIR = [
    Pair(
        stage="measuring", cell="mlp", first="baseline", seconds=1.0,
        readings={"train_step mlp": Reading(baseline=1.0, candidate=1.1, log_ratio=0.1)},
    ).model_dump_json()
]  # fmt: skip


@fuzzed()
@given(lines=st.lists(plausible(PAIR) | changed_json(PAIR), min_size=1, max_size=3))
def test_stored_pairs(folder: Path, lines: list[bytes]) -> None:
    (folder / PAIRS).write_bytes(b"\n".join(lines))
    answered(lambda: read_pairs(folder / PAIRS))

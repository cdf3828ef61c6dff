"""Hostile suites and runs given to the command itself, and reports built from them.

A command may take what it is given or refuse it in one printable line with exit code 2; it never breaks (exit code 70,
a traceback), never takes more than 2 seconds, and prints no control character. What it would measure is planned alone;
figures are computed, and drawn in the nightly run.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.fuzzing.commands import (
    COMMANDS,
    SAMPLES,
    SEQUENCES,
    STUDIES,
    changed_records,
    changed_run,
    command,
    planning_alone,
    report,
    whole_manifest,
)
from tests.benchmarks.fuzzing.inputs import MANIFEST_TEXT, changed_json, changed_suites, fuzzed, plausible
from tests.report.sample_runs import TASKS, sample_records, write_run
from tests.report.sequence_runs import SEQUENCE_TASKS
from tests.report.studies.test_studies import FACTS
from tests.undrawn import drawing_nothing


@fuzzed(COMMANDS)
@given(content=changed_suites())
def test_suites(folder: Path, warm_plan: None, content: bytes) -> None:
    (folder / "suite.toml").write_bytes(content)
    with planning_alone():
        command("run", "--suite", folder / "suite.toml", "--out", folder / "never")
    assert not (folder / "never").exists()


@fuzzed(COMMANDS)
@given(lines=st.lists(changed_records, min_size=1, max_size=4))
def test_reports_of_hostile_records(folder: Path, warm: None, lines: list[bytes]) -> None:
    for texts, tasks in ((SAMPLES, TASKS), (SEQUENCES, SEQUENCE_TASKS)):
        run = changed_run(folder, whole_manifest(tasks=tasks), texts, lines)
        with drawing_nothing():
            report(run, folder / "report")


@fuzzed(COMMANDS)
@given(lines=st.lists(plausible(STUDIES) | changed_json(STUDIES), min_size=1, max_size=4))
def test_reports_of_hostile_studies(folder: Path, warm: None, lines: list[bytes]) -> None:
    """Variants whose learning rates validation parts choose, and searches."""
    run = changed_run(folder, whole_manifest(study=FACTS), STUDIES, lines)
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


@pytest.mark.nightly
@fuzzed(COMMANDS)
@given(lines=st.lists(changed_records, min_size=1, max_size=4))
def test_figures_of_hostile_records_are_drawn(folder: Path, warm: None, lines: list[bytes]) -> None:
    """Without a limit of time: Matplotlib takes seconds for all figures of a report."""
    run = changed_run(folder, whole_manifest(), SAMPLES, lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.benchmarks.fuzzing.commands.LIMIT_S", 60.0)
        report(run, folder / "drawn")

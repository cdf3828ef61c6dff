"""A run does what is missing and only that, whatever became of its cells."""

import dataclasses
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import benchmarks.runner.manifest
import benchmarks.runner.phases
import benchmarks.runner.progress
import benchmarks.runner.recording
import benchmarks.runner.run
from benchmarks.execution.command import Command
from benchmarks.execution.jobs import Finished, Job, Outcome
from benchmarks.records.cells import AccuracyCell, Cell, Planned
from benchmarks.records.ownership import holding, working_folder
from benchmarks.records.results import Machine, Record
from benchmarks.records.store import RECORDS, RunFolderError, append_record, read_manifest, read_records
from benchmarks.records.wall_time import WALL_TIME, WallTime, read_wall_time
from benchmarks.runner.data import data_facts
from benchmarks.runner.jobs import training_path
from benchmarks.runner.plan import DataFacts
from benchmarks.runner.progress import LineReporter
from benchmarks.runner.run import Summary, run_suite
from benchmarks.suites import Suite
from tests.benchmarks.sample_cells import accuracy_result, record

SUITE = Suite(name="mine", tasks=("diabetes",), implementations=("numpy",), folds=2, time_limit_s=2)


@pytest.fixture
def doings(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the stand-in worker does for each implementation's accuracy cells; other cells are not planned."""
    wanted = {"numpy": "fine", "scikit-learn": "fine"}

    def stand_in(planned: Planned, directory: Path, *_: object) -> Job:
        assert isinstance(planned.cell, AccuracyCell)
        request = wanted[planned.cell.implementation]
        training_path(directory, planned.key).write_text("a training under way")
        command = Command(
            "tests.benchmarks.execution.faulty_worker",
            request,
            "numpy",
            threads=1,
            name=planned.key,
            activity="training",
        )

        def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
            return [Outcome(planned, None if left is None else accuracy_result(), reason)]

        return Job((planned,), command, collect)

    real_plan = benchmarks.runner.run.plan

    def accuracies(suite: Suite, data: dict[str, DataFacts], timing_machine: Machine | None) -> list[Planned]:
        return [each for each in real_plan(suite, data, timing_machine) if isinstance(each.cell, AccuracyCell)]

    monkeypatch.setattr(benchmarks.runner.phases, "worker_job", stand_in)
    monkeypatch.setattr(benchmarks.runner.run, "plan", accuracies)
    return wanted


@pytest.fixture
def instantly(doings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are done at once, in this process: for what becomes of a run whose workers do what they should."""

    def done(jobs: Sequence[Job], *_: object) -> Iterator[Finished]:
        for job in jobs:
            yield Finished(job, job.collect({}, None), 0.1)

    monkeypatch.setattr(benchmarks.runner.phases, "run_jobs", done)


def run(directory: Path, suite: Suite = SUITE, retry: bool = False) -> tuple[Summary, str]:
    console = Console(record=True, width=300)
    return run_suite(suite, directory, console, label=None, retry=retry), console.export_text()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first finished run is kept for all tests that begin with one."""
    return tmp_path_factory.mktemp("kept") / "run"


@pytest.fixture
def finished(kept: Path, tmp_path: Path, instantly: None) -> Path:
    """A folder with a run in which both cells are done."""
    if not kept.exists():
        assert counted(run(kept)[0]) == (2, 0, ())
    return shutil.copytree(kept, tmp_path / "run")


def counted(summary: Summary) -> tuple[int, int, tuple[str, ...]]:
    """All of it but the time."""
    return summary.planned, summary.kept, summary.failures


def test_the_manifest_says_what_became_of_denormal_numbers(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_manifest(finished).denormals == "flushed"
    monkeypatch.setattr(benchmarks.runner.manifest, "mode_of_measured_processes", lambda: "kept")
    run(tmp_path / "elsewhere")
    assert read_manifest(tmp_path / "elsewhere").denormals == "kept"


def test_a_run_records_every_cell_and_the_same_again_does_nothing(finished: Path) -> None:
    before = (finished / RECORDS).read_bytes()
    summary, output = run(finished)
    assert counted(summary) == (2, 2, ())
    assert "2 of 2 cells are there already" in output
    assert (finished / RECORDS).read_bytes() == before


@pytest.mark.parametrize(
    ("doing", "reason"),
    [("hang", "timed out"), ("abort", "crashed: ended by SIGABRT"), ("exit", "crashed: exit code 3")],
)
def test_a_failing_cell_becomes_a_record_and_the_others_are_done(
    tmp_path: Path, doings: dict[str, str], doing: str, reason: str
) -> None:
    doings["numpy"] = doing
    summary, output = run(tmp_path)
    assert len(summary.failures) == 1
    assert f"accuracy diabetes mlp numpy cpu: {reason}" in summary.failures[0]
    assert f"failed: {reason}" in output
    statuses = {each.cell.implementation: each.status for each in read_records(tmp_path)[0]}
    assert statuses == {"numpy": "failed", "scikit-learn": "done"}


def test_a_training_is_kept_until_its_cell_is_done(tmp_path: Path, doings: dict[str, str]) -> None:
    doings["numpy"] = "exit"
    run(tmp_path)
    failed = next(each for each in read_records(tmp_path)[0] if each.status == "failed")
    assert [path.name for path in (working_folder(tmp_path)).glob("*.npz")] == [
        training_path(tmp_path, failed.key).name
    ]


def test_the_progress_that_a_worker_reports_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doings: dict[str, str]
) -> None:
    shown = tmp_path / "shown"
    progressed = benchmarks.runner.progress.LineReporter.progressed

    def noted(reporter: LineReporter, cell: Cell, news: str) -> None:
        progressed(reporter, cell, news)
        shown.touch()

    monkeypatch.setattr(benchmarks.runner.progress, "SILENCE_S", 0.0)
    monkeypatch.setattr(benchmarks.runner.progress.LineReporter, "progressed", noted)
    doings["numpy"] = f"news until {shown}"
    _, output = run(tmp_path / "run", SUITE.model_copy(update={"time_limit_s": 120}))
    assert "accuracy diabetes mlp numpy cpu: epoch 2 of 9, about 7 s to go\n" in output
    assert "a warning" not in output


@pytest.mark.usefixtures("instantly")
def test_a_part_of_a_suite_is_measured_and_the_rest_left_for_later(tmp_path: Path) -> None:
    console = Console(record=True, width=300)
    timing = run_suite(SUITE, tmp_path, console, label=None, retry=False, only="timing")
    assert counted(timing) == (0, 0, ())
    accuracy = run_suite(SUITE, tmp_path, console, label=None, retry=False, only="accuracy")
    assert counted(accuracy) == (2, 0, ())
    assert len(read_manifest(tmp_path).cells) == 2
    assert counted(run(tmp_path)[0]) == (2, 2, ())


def test_a_training_under_way_outlives_a_run_of_another_part(tmp_path: Path, doings: dict[str, str]) -> None:
    doings["numpy"] = "exit"
    run(tmp_path)
    kept = list(working_folder(tmp_path).glob("*.npz"))
    assert kept
    console = Console(record=True, width=300)
    assert run_suite(SUITE, tmp_path, console, label=None, retry=False, only="timing").failures == ()
    assert list(working_folder(tmp_path).glob("*.npz")) == kept


def test_a_damaged_account_of_time_is_refused_before_anything_is_measured(finished: Path) -> None:
    (finished / WALL_TIME).write_text("{")
    (finished / RECORDS).write_bytes(b"")
    with pytest.raises(RunFolderError, match="does not say where time went"):
        run(finished)
    assert (finished / RECORDS).read_bytes() == b""


@pytest.mark.usefixtures("doings")
def test_the_time_of_all_commands_is_in_the_folder(tmp_path: Path) -> None:
    first, _ = run(tmp_path)
    assert first.wall_time.training > 0
    assert first.wall_time.loading > 0
    again, _ = run(tmp_path)
    assert again.wall_time.training == 0
    total = read_wall_time(tmp_path)
    assert total is not None
    assert total.total == pytest.approx(first.wall_time.total + again.wall_time.total, abs=0.01)


@pytest.mark.usefixtures("doings")
def test_a_command_that_is_killed_has_left_where_its_time_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the next cell is recorded, the time of those before is on disk."""
    monkeypatch.setattr(benchmarks.runner.run, "NOTED_S", 0.0)
    seen: list[WallTime | None] = []

    def noting(directory: Path, one: Record) -> None:
        seen.append(read_wall_time(directory))
        append_record(directory, one)

    monkeypatch.setattr(benchmarks.runner.recording, "append_record", noting)
    whole, _ = run(tmp_path)
    assert seen[0] is None
    assert seen[1] is not None
    rounding = 0.001  # of what is written
    assert 0 < seen[1].training <= whole.wall_time.training + rounding


def test_failed_cells_stand_until_a_retry_is_asked_for(tmp_path: Path, doings: dict[str, str]) -> None:
    doings["numpy"] = "exit"
    run(tmp_path)
    doings["numpy"] = "fine"
    summary, output = run(tmp_path)
    assert len(summary.failures) == 1
    assert "2 of 2 cells are there already; 1 of them failed: give --retry to try these again" in output
    summary, output = run(tmp_path, retry=True)
    assert counted(summary) == (2, 1, ())
    assert "--retry" not in output


def test_a_torn_record_is_reported_and_its_cell_done_again(finished: Path) -> None:
    whole = (finished / RECORDS).read_bytes()
    (finished / RECORDS).write_bytes(whole[:-30])
    summary, output = run(finished)
    assert counted(summary) == (2, 1, ())
    assert "line 2: torn or not JSON" in output


def test_another_suites_folder_is_refused_and_left_alone(finished: Path) -> None:
    before = {path.name: path.read_bytes() for path in finished.iterdir() if path.is_file()}
    with pytest.raises(RunFolderError, match="holds a run of suite 'mine', not 'other'"):
        run(finished, SUITE.model_copy(update={"name": "other"}))
    assert {path.name: path.read_bytes() for path in finished.iterdir() if path.is_file()} == before


def test_a_folder_of_other_versions_is_refused(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {**read_manifest(finished).versions, "numpy": "1.0"}
    monkeypatch.setattr(benchmarks.runner.manifest, "versions", lambda: others)
    with pytest.raises(RunFolderError, match=r"measured with numpy 2\S*, here is 1.0"):
        run(finished)


def test_a_folder_of_another_machine_is_refused(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = read_manifest(finished).machine.model_copy(update={"processor": "Another"})
    monkeypatch.setattr(benchmarks.runner.manifest, "machine", lambda: other)
    with pytest.raises(RunFolderError, match="this is Another"):
        run(finished)


@pytest.mark.usefixtures("doings")
def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with holding(tmp_path), pytest.raises(RunFolderError, match="another run is writing here"):
        run(tmp_path)


@pytest.mark.usefixtures("instantly")
def test_records_of_other_cells_in_the_folder_do_no_harm(tmp_path: Path) -> None:
    append_record(tmp_path, record("foreign"))
    assert counted(run(tmp_path)[0]) == (2, 0, ())


@pytest.mark.usefixtures("instantly")
def test_missing_data_fails_its_own_cells_alone_and_comes_back_with_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = SUITE.model_copy(update={"tasks": ("diabetes", "wine")})

    def without_wine(name: str) -> DataFacts:
        facts = data_facts(name)
        return dataclasses.replace(facts, sha256="", missing="wine is not here") if name == "wine" else facts

    with monkeypatch.context() as patch:
        patch.setattr(benchmarks.runner.run, "data_facts", without_wine)
        summary, _ = run(tmp_path, suite)
    assert [line.split(":")[0] for line in summary.failures] == [
        "accuracy wine linear scikit-learn cpu",
        "accuracy wine mlp numpy cpu",
    ]
    assert all("wine is not here" in line for line in summary.failures)
    assert counted(run(tmp_path, suite)[0]) == (4, 2, ())


@pytest.mark.usefixtures("instantly")
def test_a_full_disk_ends_the_run_and_keeps_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, SUITE.model_copy(update={"tasks": ("wine",)}))
    before = (tmp_path / RECORDS).read_bytes()

    def full(directory: Path, _record: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))

    monkeypatch.setattr(benchmarks.runner.recording, "append_record", full)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path)
    assert (tmp_path / RECORDS).read_bytes() == before

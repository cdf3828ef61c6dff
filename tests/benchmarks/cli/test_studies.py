"""Studies on the command line: what is run, where it lies, and what a wrong name is answered with."""

import json
from pathlib import Path

import pytest

from benchmarks.records.store import read_manifest, read_records
from benchmarks.studies import study
from tests.benchmarks.cli.real_command import called


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--study", "optimisers"], "study 'optimisers' is unknown; there are activations,"),
        (["--study", "activations", "--suite", "quick"], "--study and --suite are both given"),
        (["--study", "activations", "--task", "wine", "--recipe", "cnn"], "option for "),
    ],
)
def test_what_is_wrong_is_one_line(options: list[str], said: str, tmp_path: Path) -> None:
    done = called("run", *options, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_list_has_what_each_study_takes() -> None:
    done = called("list", "--only", "studies", "dropout-and-decay")
    assert done.returncode == 0
    assert f"{study('dropout-and-decay').minutes:g} min" in done.stdout
    assert "Do dropout and weight decay" in done.stdout


def test_a_study_of_a_chosen_task_is_run_resumed_and_named_in_its_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One network of one real study, in real processes; the same command again finds everything done."""
    monkeypatch.setattr("report.build.build_report", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    command = ("run", "--study", "defaults", "--task", "diabetes", "--folds", "2", "--repeats", "1")
    assert called(*command).returncode == 0
    folder = tmp_path / "results" / "local" / "studies" / "defaults"
    manifest = read_manifest(folder)
    assert manifest.study is not None
    assert (manifest.study.name, manifest.suite["name"]) == ("defaults", "defaults")
    assert json.loads((folder / "manifest.json").read_text())["study"]["question"].startswith("How much accuracy")
    records, problems = read_records(folder)
    assert not problems
    names = {record.cell.variant.name for record in records if getattr(record.cell, "variant", None)}
    assert {"matched", "start torch", "start keras"} <= names
    assert {record.status for record in records} == {"done"}
    again = called(*command)
    assert f"{len(records)} of {len(records)} cells are there already" in again.stdout
    assert len(read_records(folder)[0]) == len(records)

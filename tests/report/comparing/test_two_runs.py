"""A report of two runs begins with what differs, and has one table: A, B, their ratio and the verdict."""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.gate.compare import compare
from benchmarks.records.ownership import OWN
from benchmarks.records.results import Machine, Record
from report.build import build_report
from report.comparing.rows import TwoRuns, TwoRunsRow, two_runs
from report.comparing.stored_runs import changed_settings
from report.comparing.verdicts import Limits, Verdict
from report.comparing.views import two_runs_view
from report.runs.reading import read_run
from report.writing.state import STATE, file_digest
from tests.report.sample_runs import accuracy, certificate, place, record, timing, write_run

NETWORK = place("digits", "mlp", "torch")
SPLITS = [0.95, 0.96, 0.955, 0.965, 0.958]
OTHER_MACHINE = Machine(processor="Processor Y", cores=4, memory_bytes=8 * 2**30, system="Linux x86_64")


def _records(pace: float = 1.0, splits: Sequence[float] = SPLITS, passed: bool = True) -> list[Record]:
    """Five launches with 0.2 % noise, an accuracy over folds, a certificate."""
    generator = np.random.default_rng(0)
    launches = [timing(NETWORK, launch, pace * (1 + 0.002 * generator.standard_normal())) for launch in range(5)]
    return [accuracy(NETWORK, list(splits)), certificate(NETWORK, passed=passed), *launches]


def _both(tmp_path: Path, second: Sequence[Record], **changes: Any) -> tuple[Path, Path]:
    return (
        write_run(tmp_path / "a", _records(), label="a"),
        write_run(tmp_path / "b", second, label="b", **changes),
    )


def _two_runs(tmp_path: Path, second: Sequence[Record], **changes: Any) -> TwoRuns:
    one, other = _both(tmp_path, second, **changes)
    return two_runs(read_run(one), read_run(other))


def _row(both: TwoRuns, quantity: str) -> TwoRunsRow:
    return next(row for row in both.rows if row.quantity == quantity)


def test_every_figure_of_the_comparison_is_a_row_with_its_verdict(tmp_path: Path) -> None:
    """As `threefold compare` has it, number by number."""
    folders = _both(tmp_path, _records(pace=1.5, splits=[value - 0.03 for value in SPLITS]))
    both = two_runs(*map(read_run, folders))
    figures = compare(*folders, Limits()).figures
    assert len(both.rows) == len(figures) > 5
    kept = {(row.verdict, row.value_a, row.value_b, row.effect, row.effect_low, row.effect_high) for row in both.rows}
    assert kept == {(each.verdict, each.baseline, each.candidate, each.effect, each.low, each.high) for each in figures}
    epoch, metric = _row(both, "train epoch"), _row(both, "accuracy")
    assert (epoch.task, epoch.architecture, epoch.implementation) == ("digits", "mlp", "torch")
    assert epoch.effect == pytest.approx(1.5)
    assert (epoch.verdict, metric.verdict) == (Verdict.WORSE, Verdict.WORSE)
    assert metric.effect == pytest.approx(-0.03)


def test_same_runs_differ_in_nothing(tmp_path: Path) -> None:
    both = _two_runs(tmp_path, _records())
    assert both.differences == ()
    assert {row.verdict for row in both.rows} <= {Verdict.IDENTICAL, Verdict.NOT_WORSE}


def test_a_setting_that_architectures_have_got_since_is_no_change(tmp_path: Path) -> None:
    """As it is there now by default, so it was computed before."""
    before = place("names", "transformer", "torch")
    before["settings"] = {"network": "transformer", "architecture": {"width": 8}, "training": {}}
    after = before | {"settings": before["settings"] | {"architecture": {"width": 8, "source_features": 0}}}
    other = before | {"settings": before["settings"] | {"architecture": {"width": 8, "source_features": 2}}}
    runs = [
        read_run(write_run(tmp_path / name, [accuracy(settings, list(SPLITS))], label=name))
        for name, settings in {"before": before, "after": after, "other": other}.items()
    ]
    assert changed_settings(runs[0], runs[1]) == []
    assert len(changed_settings(runs[0], runs[2])) == 1


def test_what_differs_is_named_and_takes_the_verdict_away(tmp_path: Path) -> None:
    versions = {"python": "3.11.2", "numpy": "2.5.0", "torch": "2.13.0"}
    suite = {"name": "quick", "folds": 5, "timing": {"launches": 5, "budget_s": 0.1}}
    both = _two_runs(tmp_path, _records(pace=1.5), versions=versions, machine=OTHER_MACHINE, suite=suite)
    assert {each.fact: (each.a, each.b) for each in both.differences} == {
        "processor": ("Processor X", "Processor Y"),
        "cores": ("2", "4"),
        "version of numpy": ("2.4.0", "2.5.0"),
        "suite: timing.launches": ("3", "5"),
    }
    assert {row.verdict for row in both.rows} == {Verdict.UNCERTAIN}
    assert _row(both, "train epoch").effect == pytest.approx(1.5)
    assert "processor differs (Processor X against Processor Y)" in both.comparison.summary


def test_what_no_longer_works_is_shown_first_too(tmp_path: Path) -> None:
    records = [each for each in _records(passed=False) if each.cell.kind != "accuracy"]
    lost = record(accuracy(NETWORK, SPLITS).cell, reason="killed: more than 4096 MiB")
    both = _two_runs(tmp_path, [lost, *records])
    shown = {row.quantity: row for row in both.rows if row.principal}
    assert shown["accuracy"].reason == "killed: more than 4096 MiB"
    assert {shown[name].verdict for name in ("accuracy", "certificate")} == {Verdict.WORSE}
    view = two_runs_view(both, principal=True)
    assert sum(row.marked for row in view.rows) == 2


def test_what_no_longer_works_is_said_between_different_versions_too(tmp_path: Path) -> None:
    lost = record(accuracy(NETWORK, SPLITS).cell, reason="crashed: exit code 1")
    others = [each for each in _records() if each.cell.kind != "accuracy"]
    both = _two_runs(tmp_path, [lost, *others], machine=OTHER_MACHINE)
    shown = {row.quantity: row for row in both.rows if row.principal}
    assert (shown["accuracy"].verdict, shown["accuracy"].reason) == (Verdict.UNCERTAIN, "crashed: exit code 1")
    assert "certificate" not in shown
    assert "Why" in [column.title for column in two_runs_view(both, principal=True).columns]


def test_trainings_on_fewer_examples_are_not_compared(tmp_path: Path) -> None:
    whole = accuracy(NETWORK, SPLITS)
    fewer = whole.model_copy(update={"cell": whole.cell.model_copy(update={"train_examples": 100})})
    both = _two_runs(tmp_path, [fewer, *(each for each in _records() if each.cell.kind != "accuracy")])
    assert "accuracy" not in {row.quantity for row in both.rows}


def test_a_training_that_diverges_in_b_alone_is_worse(tmp_path: Path) -> None:
    row = _row(_two_runs(tmp_path, _records(splits=[float("nan"), *SPLITS[1:]])), "accuracy")
    assert (row.verdict, row.effect) == (Verdict.WORSE, None)
    assert "no longer finite in 1 of 5 splits" in row.reason


def test_a_report_of_two_runs_begins_with_them(tmp_path: Path) -> None:
    folders = _both(tmp_path, _records(pace=1.5), machine=OTHER_MACHINE)
    build_report(folders, tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    main = page[page.index("<main>") :]
    assert re.search(r"<main>\s*<section id=\"two-runs\">", main)
    assert "They differ in processor, cores." in main
    assert 'id="table-what-differs"' in main
    assert 'id="table-two-runs-by-network"' in main
    with (tmp_path / "out" / "tables" / "two-runs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    epochs = [row for row in rows if row["quantity"] == "train epoch"]
    assert [row["verdict"] for row in epochs] == ["could not judge"]
    assert float(epochs[0]["effect"]) == pytest.approx(1.5)
    assert (tmp_path / "out" / "tables" / "two-runs.parquet").exists()


def test_three_runs_have_no_such_table(tmp_path: Path) -> None:
    """Nor is one left of a report of two that was there before."""
    two = _both(tmp_path, _records())
    build_report(two, tmp_path / "out")
    assert (tmp_path / "out" / "tables" / "two-runs.csv").exists()
    build_report([*two, write_run(tmp_path / "c", _records(), label="c")], tmp_path / "out")
    assert "two-runs" not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not (tmp_path / "out" / "tables" / "two-runs.csv").exists()


def test_nothing_but_tables_and_figures_is_removed_whatever_a_folder_names(tmp_path: Path) -> None:
    one, other = _both(tmp_path, _records())
    out, notes = tmp_path / "out", tmp_path / "notes.txt"
    build_report([one], out)
    notes.write_text("mine")
    state = json.loads((out / OWN / STATE).read_text())
    state["outputs"] |= {"../notes.txt": file_digest(notes), "tables/../../notes.txt": file_digest(notes), "none": ""}
    (out / OWN / STATE).write_text(json.dumps(state))
    build_report([other], out)
    assert notes.exists()


def test_between_versions_there_are_verdicts_where_they_are_the_question(tmp_path: Path) -> None:
    """Slower by half, with less memory, and less accurate: all three come out; without the question none does."""
    versions = {"python": "3.11.2", "numpy": "2.4.0", "torch": "2.14.0"}
    second = _records(pace=1.5, splits=[value - 0.03 for value in SPLITS])
    folders = _both(tmp_path, second, versions=versions)
    one, other = map(read_run, folders)
    refused = two_runs(one, other)
    assert {row.verdict for row in refused.rows} == {Verdict.UNCERTAIN}
    assert "torch differs (2.13.0 against 2.14.0)" in refused.comparison.summary
    judged = two_runs(one, other, versions=True)
    assert {_row(judged, name).verdict for name in ("train epoch", "peak memory", "accuracy")} == {Verdict.WORSE}
    assert judged.comparison.exit_code == 1
    assert judged.comparison.notes[0] == "torch differs (2.13.0 against 2.14.0)"
    build_report(folders, tmp_path / "out")
    build_report(folders, tmp_path / "out", versions=True)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "torch differs (2.13.0 against 2.14.0)" in page
    assert "Regression: " in page, "a report of another question is not left as it was"


def test_another_machine_is_no_question_of_versions(tmp_path: Path) -> None:
    one, other = map(read_run, _both(tmp_path, _records(pace=1.5), machine=OTHER_MACHINE))
    assert {row.verdict for row in two_runs(one, other, versions=True).rows} == {Verdict.UNCERTAIN}

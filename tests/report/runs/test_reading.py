from pathlib import Path

import pytest

from benchmarks.records.results import Record, StudyFacts, Worker
from benchmarks.records.store import RunFolderError
from report.runs.reading import read_run, read_runs
from report.studies.rows import study_rows
from tests.report.planning import figures_of
from tests.report.sample_runs import accuracy, accuracy_cell, certificate, peak, place, record, timing, write_run

WHERE = place("digits", "mlp", "numpy")


def test_records_come_back(tmp_path: Path) -> None:
    records = [peak(), accuracy(WHERE, [0.9, 0.8])]
    run = read_run(write_run(tmp_path, records, label="mine"))
    assert run.records == tuple(records)
    assert (run.label, run.problems, run.missing) == ("mine", (), 0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"schema_version": 1, "key": "12', "line 2: torn"),
        ('{"schema_version": 9}', "schema version 9"),
        ('{"hello": "world"}', "line 2: no record"),
        ("\x00\x01", "line 2: torn"),
    ],
)
def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path, line: str, expected: str) -> None:
    records = [peak(), accuracy(WHERE, [0.9, 0.8])]
    path = write_run(tmp_path, records) / "records.jsonl"
    first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{first}\n{line}\n{second}\n", encoding="utf-8")
    run = read_run(tmp_path)
    assert run.records == tuple(records)
    (problem,) = run.problems
    assert expected in problem
    assert "\n" not in problem


def test_seconds_of_different_machines_never_stand_side_by_side(tmp_path: Path) -> None:
    """A cluster's: neither in a figure nor in the table of a study."""
    study = StudyFacts(name="rates", title="Rates", question="Which?", implementations_reason="NumPy alone.")
    records = [peak(), *(accuracy(place("digits", label, "numpy"), [0.9, 0.8]) for label in ("mlp", "cnn"))]

    def shown(folder: Path) -> tuple[bool, bool]:
        suite, of_study = (read_run(write_run(folder / name, records, study=each)) for name, each in runs.items())
        drawn = "accuracy-against-time" in {figure.name for figure in figures_of(suite).all}
        return drawn, any(row.train_s for row in study_rows([of_study]))

    runs = {"suite": None, "study": study}
    assert shown(tmp_path / "one") == (True, True)
    here = read_run(tmp_path / "one" / "suite").manifest.machine
    other = here.model_copy(update={"processor": "Processor Y"})
    records[1] = records[1].model_copy(update={"worker": Worker(name="1", machine=other)})
    assert shown(tmp_path / "two") == (False, False)
    assert read_run(tmp_path / "two" / "suite").trained_on == {here, other}


def test_last_record_of_a_cell_counts(tmp_path: Path) -> None:
    failed = record(accuracy_cell(WHERE, folds=2), reason="killed")
    done = accuracy(WHERE, [0.9, 0.8])
    assert failed.key == done.key
    assert read_run(write_run(tmp_path / "a", [failed, done])).records == (done,)
    assert read_run(write_run(tmp_path / "b", [done, failed])).records == (failed,)


def test_only_listed_cells_count(tmp_path: Path) -> None:
    listed, other = accuracy(WHERE, [0.9, 0.8]), accuracy(place("digits", "cnn", "numpy"), [0.9, 0.8])
    run = read_run(write_run(tmp_path, [other, listed], cells=(listed.key, "0" * 16)))
    assert run.records == (listed,)
    assert run.missing == 1
    assert "1 valid records belong to no cell" in run.problems[0]


def test_all_cells_count_where_none_is_listed(tmp_path: Path) -> None:
    records = [peak(), accuracy(WHERE, [0.9, 0.8])]
    assert len(read_run(write_run(tmp_path, records, cells=())).records) == 2


def _without_samples() -> Record:
    whole = timing(WHERE, 0, 1.0)
    assert whole.result is not None
    assert whole.result.kind == "timing"
    operations = tuple(each.model_copy(update={"samples_s": ()}) for each in whole.result.operations)
    return whole.model_copy(update={"result": whole.result.model_copy(update={"operations": operations})})


@pytest.mark.parametrize(
    ("contradictory", "expected"),
    [
        (record(accuracy_cell(WHERE)), "has no result"),
        (record(accuracy_cell(WHERE), certificate(WHERE).result), "its result is of kind certificate"),
        (accuracy(WHERE, []), "has no split"),
        (_without_samples(), "without samples"),
    ],
    ids=["no result", "other kind", "no split", "no samples"],
)
def test_contradictory_records_are_left_out(tmp_path: Path, contradictory: Record, expected: str) -> None:
    run = read_run(write_run(tmp_path, [contradictory, peak()]))
    assert [each.cell.kind for each in run.records] == ["peak"]
    assert run.missing == 1
    assert expected in run.problems[0]


def test_equal_labels_are_numbered(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / name, [peak()], label="same") for name in "abc"]
    assert [run.label for run in read_runs(folders)] == ["same", "same (2)", "same (3)"]


def test_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="holds no run"):
        read_run(tmp_path)

"""A row a network, a column an implementation: short enough to be read, and nothing of it lost."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.records.results import Record
from report.runs.reading import read_run
from report.tables.accuracy import accuracy_rows
from report.tables.speed import speed_rows
from report.tables.views.compact import accuracy_side_by_side, speed_side_by_side
from tests.report.sample_runs import accuracy, accuracy_cell, place, record, timing, write_run

SPLITS = [0.91, 0.93, 0.92, 0.95, 0.90]
NUMPY, TORCH = (place("digits", "mlp", name) for name in ("numpy", "torch"))


def _lines(tmp_path: Path, records: Sequence[Record]) -> list[dict[str, str]]:
    view = accuracy_side_by_side(accuracy_rows([read_run(write_run(tmp_path, records))]))
    titles = [column.title for column in view.columns]
    return [dict(zip(titles, (cell.text for cell in row.cells), strict=True)) for row in view.rows]


def test_baselines_have_one_column_the_last_whatever_computes_them(tmp_path: Path) -> None:
    records = [accuracy(NUMPY, SPLITS), accuracy(place("digits", "mlp", "keras-jax"), SPLITS)]
    records += [
        accuracy(place("digits", label, name), [0.8] * 5, epochs=0)
        for label, name in (("linear", "scikit-learn"), ("naive", "baseline"))
    ]
    lines = _lines(tmp_path, records)
    assert list(lines[0])[-3:] == ["numpy", "keras-jax", "baseline"]
    assert [line["baseline"] for line in lines] == ["", *["80.00 % (80.00 to 80.00 %)"] * 2]


def test_a_failure_is_short_and_the_rest_of_the_row_stands(tmp_path: Path) -> None:
    failed = record(accuracy_cell(TORCH), reason="crashed: TypeError: Exception encountered when calling a layer: x")
    (line,) = _lines(tmp_path, [accuracy(NUMPY, SPLITS), failed])
    assert line["torch"].startswith("– (crashed)")
    assert line["numpy"].startswith("92.2 %")


def test_an_implementation_that_failed_in_every_launch_is_named_with_its_reason(tmp_path: Path) -> None:
    records = [timing(NUMPY, launch, 1.0) for launch in range(2)]
    records += [record(timing(TORCH, launch, 1.0).cell, reason="out of memory: used 9 MiB") for launch in range(2)]
    view = speed_side_by_side(speed_rows([read_run(write_run(tmp_path, records))]))
    (row,) = view.rows
    assert [column.title for column in view.columns][-2:] == ["numpy", "torch"]
    assert row.cells[-1].text.startswith("– (out of memory)")


def test_the_spread_over_trainings_is_shown_from_the_smallest_to_the_largest(tmp_path: Path) -> None:
    wide = [0.2, 0.9, 0.5, 0.99, 0.3]
    (line,) = _lines(tmp_path, [accuracy(NUMPY, SPLITS), accuracy(TORCH, wide)])
    assert line["SD"] == "1.9 to 35 points"

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks.records.results import Record
from report.runs.reading import Run, read_run, read_runs
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.certificates import CertificateRow, certificate_rows
from report.tables.files import csv_text
from report.tables.speed import SpeedRow, speed_rows
from tests.report.sample_runs import (
    accuracy,
    accuracy_cell,
    certificate,
    peak,
    place,
    record,
    timing,
    write_run,
)

NUMPY, TORCH, COMPILED = (place("digits", "mlp", name) for name in ("numpy", "torch", "torch+compile"))


def _run(tmp_path: Path, records: Sequence[Record]) -> Run:
    return read_run(write_run(tmp_path, records))


def _speed(run: Run) -> dict[tuple[str, str, int], SpeedRow]:
    rows = speed_rows([run])
    return {(row.implementation, row.operation, row.batch_size): row for row in rows}


ACCURACY_COLUMNS = (
    "task,architecture,implementation,device,metric,mean,std,ci_low,ci_high,folds,seeds,epochs,parameters"
)
SPEED_COLUMNS = (
    "task,architecture,implementation,device,operation,batch_size,median_s,ci_low_s,ci_high_s,samples_per_s,"
    "ratio_to_torch,ratio_low,ratio_high,first_step_s,peak_memory_bytes,share_of_peak,disturbed"
)
CERTIFICATE_COLUMNS = "task,architecture,implementation,device,dtype,stage,worst,bound,tensor,passed,detail,run"


@pytest.mark.parametrize(
    ("row_type", "first"),
    [(AccuracyRow, ACCURACY_COLUMNS), (SpeedRow, SPEED_COLUMNS), (CertificateRow, CERTIFICATE_COLUMNS)],
)
def test_columns_begin_as_promised(row_type: type, first: str) -> None:
    columns = [field.name for field in fields(row_type)]
    assert ",".join(columns).startswith(first)
    assert columns[-1] == "run"
    assert csv_text(row_type, []) == ",".join(columns) + "\n"


def test_accuracy_row_by_hand(tmp_path: Path) -> None:
    run = _run(tmp_path, [accuracy(NUMPY, [0.9, 0.8, 1.0, 0.9, 0.9], examples=(800, 200), others={"log_loss": 0.5})])
    row, other = accuracy_rows([run])
    assert (row.metric, other.metric) == ("accuracy", "log_loss")
    assert row.mean == pytest.approx(0.9)
    assert row.std == pytest.approx(0.005**0.5)
    assert row.ci_low == pytest.approx(0.9 - 2.7764451 * (0.005 * (1 / 5 + 1 / 4)) ** 0.5)
    assert row.ci_high == 1.0, "an interval ends where the metric does"
    assert (row.folds, row.seeds, row.epochs, row.parameters) == (5, 1, 8, 17_226)
    assert (row.certificate, row.interval) == ("reference", "corrected resampled t")


@pytest.mark.parametrize(
    ("metric", "values", "seeds", "method"),
    [
        ("accuracy", [0.9, 0.92, 0.94], (0, 1, 2), "t over seeds"),
        ("accuracy", [0.9], (0,), "Wilson"),
        ("rmse", [53.0], (0,), ""),
    ],
)
def test_rule_for_a_published_test_part(
    tmp_path: Path, metric: str, values: list[float], seeds: tuple[int, ...], method: str
) -> None:
    (row,) = accuracy_rows([_run(tmp_path, [accuracy(NUMPY, values, metric=metric, seeds=seeds)])])
    assert row.interval == method
    assert (row.ci_low is None) == (method == "")
    assert (row.std is None) == (len(seeds) == 1)


def test_certificate_column(tmp_path: Path) -> None:
    failing, none = place("digits", "mlp", "keras-tensorflow"), place("digits", "cnn", "torch")
    records = [accuracy(where, [0.9, 0.8]) for where in (NUMPY, TORCH, failing, COMPILED, none)]
    records += [accuracy(place("digits", "linear", "scikit-learn"), [0.9, 0.8], epochs=0)]
    records += [certificate(TORCH), certificate(failing, passed=False)]
    records += [record(certificate(COMPILED).cell, reason="crashed")]
    shown = {
        (row.architecture, row.implementation): row.certificate for row in accuracy_rows([_run(tmp_path, records)])
    }
    assert shown == {
        ("mlp", "numpy"): "reference",
        ("mlp", "torch"): "passed",
        ("mlp", "torch+compile"): "failed",
        ("mlp", "keras-tensorflow"): "failed",
        ("cnn", "torch"): "missing",
        ("linear", "scikit-learn"): "not applicable",
    }


def test_failed_cells_are_rows_without_numbers(tmp_path: Path) -> None:
    records = [
        record(accuracy_cell(TORCH), reason="diverged:\nnan"),
        record(timing(TORCH, 0, 1.0).cell, reason="killed"),
    ]
    records.append(record(certificate(TORCH).cell, reason="no module"))
    run = _run(tmp_path, records)
    (row,) = accuracy_rows([run])
    assert (row.metric, row.mean, row.ci_low, row.status, row.reason) == (
        "accuracy",
        None,
        None,
        "failed",
        "diverged: nan",
    )
    speed = _speed(run)
    assert set(speed) == {
        ("torch", operation, size)
        for operation, size in [
            ("train_step", 32),
            ("train_step", 256),
            ("predict", 32),
            ("predict", 256),
            ("train_epoch", 32),
        ]
    }
    assert all(
        (each.median_s, each.status, each.reason) == (None, "failed", "launch 0: killed") for each in speed.values()
    )
    (stage,) = certificate_rows([run])
    assert (stage.stage, stage.worst, stage.passed, stage.detail) == ("", None, False, "no module")


def test_metric_that_is_not_finite_has_no_mean(tmp_path: Path) -> None:
    """JSON has no nan: such a record is written as null and cannot be read, or comes from elsewhere as infinity."""
    path = write_run(tmp_path, [accuracy(NUMPY, [0.9, 0.8])]) / "records.jsonl"
    text = path.read_text(encoding="utf-8")
    finite, infinite = (f'"metrics":{{"accuracy":{value}}},"curve"' for value in ("0.8", "1e999"))
    assert finite in text
    path.write_text(text.replace(finite, infinite), encoding="utf-8")
    (row,) = accuracy_rows([read_run(tmp_path)])
    assert (row.mean, row.reason) == (None, "accuracy is not finite in every split")


def test_speed_row_by_hand(tmp_path: Path) -> None:
    records = [peak(), *(timing(TORCH, launch, 1.0) for launch in range(2))]
    records += [timing(NUMPY, 0, 2.0), timing(NUMPY, 1, 2.2, disturbed=True)]
    row = _speed(_run(tmp_path, records))["numpy", "train_step", 32]
    seconds = 2.1 * (2e-4 + 2e-6 * 32)
    assert row.median_s == pytest.approx(seconds)
    assert row.samples_per_s == pytest.approx(32 / seconds)
    assert row.ratio_to_torch == pytest.approx((2.0 * 2.2) ** 0.5)
    assert row.share_of_peak == pytest.approx(100_000 * 32 / seconds / 5e10)
    assert row.first_step_s == pytest.approx(0.05 * 2.1)
    assert row.peak_memory_bytes == int(200 * 2**20 * 2.2) + 1
    assert (row.disturbed, row.launches, row.compiled, row.interval) == (1, 2, False, "t over launches")


def test_ratio_to_compiled_torch_is_for_compiled_ones_alone(tmp_path: Path) -> None:
    strange = place("digits", "mlp", "something-new")
    places = (NUMPY, TORCH, COMPILED, place("digits", "mlp", "keras-tensorflow"), strange)
    records = [timing(where, launch, pace) for pace, where in enumerate(places, start=1) for launch in range(2)]
    speeds = _speed(_run(tmp_path, records))
    ratios = {
        name: row.ratio_to_torch_compile for (name, operation, _), row in speeds.items() if operation == "train_epoch"
    }
    assert ratios["keras-tensorflow"] == pytest.approx(4 / 3)
    assert ratios["torch+compile"] == 1.0
    assert ratios["numpy"] is ratios["torch"] is ratios["something-new"] is None
    assert speeds["something-new", "train_epoch", 32].compiled is None


def test_without_torch_or_peak_the_ratio_and_the_share_are_empty(tmp_path: Path) -> None:
    row = _speed(_run(tmp_path, [timing(NUMPY, 0, 1.0)]))["numpy", "predict", 256]
    assert row.median_s is not None
    assert (row.ratio_to_torch, row.share_of_peak) == (None, None)


def test_some_launches_failed(tmp_path: Path) -> None:
    records = [timing(NUMPY, 0, 1.0), record(timing(NUMPY, 1, 1.0).cell, reason="killed")]
    row = _speed(_run(tmp_path, records))["numpy", "predict", 256]
    assert (row.launches, row.status, row.reason) == (1, "done", "launch 1: killed")
    assert row.median_s is not None


def test_second_run_is_compared_with_the_first(tmp_path: Path) -> None:
    folders = [
        write_run(tmp_path / label, [timing(NUMPY, launch, pace + launch / 50) for launch in range(3)], label=label)
        for label, pace in (("first", 1.0), ("second", 2.0))
    ]
    runs = read_runs(folders)
    rows = speed_rows(runs)
    assert [row.run for row in rows[:2]] == ["first", "second"], "the same row of both runs stands together"
    assert rows[0].ratio_to_first_run is None
    assert rows[1].ratio_to_first_run == pytest.approx(1.98, abs=0.01)
    assert rows[1].first_run_low is not None


def test_an_epoch_over_other_examples_is_not_compared_with_the_first_runs(tmp_path: Path) -> None:
    folders = [
        write_run(tmp_path / str(count), [timing(NUMPY, 0, 1.0, epoch_examples=count)], label=str(count))
        for count in (1438, 288)
    ]
    ratios = {row.operation: row.ratio_to_first_run for row in speed_rows(read_runs(folders)) if row.run == "288"}
    assert ratios["train_step"] == 1.0
    assert ratios["train_epoch"] is None


def test_certificate_rows_keep_the_order_of_stages(tmp_path: Path) -> None:
    rows = certificate_rows([_run(tmp_path, [certificate(TORCH, passed=False)])])
    assert [(row.stage, row.passed) for row in rows] == [("forward", True), ("gradients", False)]
    assert rows[1].detail == "hidden_0 departs first"


def test_numbers_in_csv() -> None:
    rows = [CertificateRow("a,b", "mlp", "torch", "cpu", "f", 'say "x"', 1 / 3, None, "", False, "", "r")]
    assert (
        csv_text(CertificateRow, rows, {"run"}).splitlines()[1]
        == '"a,b",mlp,torch,cpu,f,"say ""x""",0.3333333333,,,false,'
    )

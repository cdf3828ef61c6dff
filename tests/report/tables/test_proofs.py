"""The page shows what `threefold certify` has left beside a run: certificates of everything, and the defaults."""

import csv
from pathlib import Path

import pytest

from benchmarks.certificates.defaults.ledger import LEDGER, Entry
from benchmarks.records.results import CertificateResult, StageResult
from benchmarks.records.store import RunFolderError, append_record
from report.build import build_report
from report.runs.reading import PROOFS, read_run
from tests.report.sample_runs import certificate, place, sample_records, write_run

ENTRY = Entry(
    item="LayerNorm <epsilon>",
    pytorch_default="1e-5",
    keras_default="1e-3",
    measure="largest",
    departure=0.01,
    aligned_departure=1e-8,
    aligned_bound=1e-5,
    aligned_passed=True,
    how_aligned="set it",
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with certificates of two cases beside it; the second case comes nearer to the bound."""
    directory = write_run(tmp_path / "run", sample_records())
    proofs = directory / PROOFS
    proofs.mkdir()
    for number, (task, worst, passed) in enumerate([("mlp: plain", 1e-7, True), ("cnn: plain", 4e-6, True)]):
        record = certificate(place(task, "mlp", "torch"), passed=passed)
        stage = StageResult(stage="forward", worst=worst, bound=1e-5, tensor="logits", passed=passed)
        result = CertificateResult(stages=(stage,), passed=passed)
        append_record(proofs, record.model_copy(update={"key": f"key{number}", "result": result}))
    (proofs / LEDGER).write_text(ENTRY.model_dump_json() + "\n")
    return directory


def rows(run: Path, table: str) -> list[dict[str, str]]:
    with (run / "tables" / f"{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_of_each_stage_the_nearest_to_its_bound_is_shown(run: Path) -> None:
    build_report([run], run)
    (row,) = rows(run, "proofs")
    assert (row["case"], row["certificates"], row["failed"]) == ("cnn: plain", "2", "0")
    assert float(row["worst"]) == 4e-6
    page = (run / "index.html").read_text()
    assert "Every architecture, every implementation" in page


def test_a_failed_certificate_comes_before_a_nearer_one(run: Path) -> None:
    record = certificate(place("mlp: failed", "mlp", "torch"), passed=False)
    stage = StageResult(stage="forward", worst=float("inf"), bound=1e-5, tensor="logits", passed=False)
    result = CertificateResult(stages=(stage,), passed=False)
    append_record(run / PROOFS, record.model_copy(update={"key": "failed", "result": result}))
    build_report([run], run)
    (row,) = rows(run, "proofs")
    assert (row["case"], row["certificates"], row["failed"]) == ("mlp: failed", "3", "1")


def test_the_defaults_are_a_table_with_everything_escaped(run: Path) -> None:
    build_report([run], run)
    (row,) = rows(run, "defaults")
    assert (row["item"], row["departure"], row["how_aligned"]) == ("LayerNorm <epsilon>", "0.01", "set it")
    page = (run / "index.html").read_text()
    assert "What the defaults cost" in page
    assert "LayerNorm &lt;epsilon&gt;" in page


def test_a_run_without_proofs_has_neither_table(tmp_path: Path) -> None:
    directory = write_run(tmp_path / "run", sample_records())
    build_report([directory], directory)
    assert not (directory / "tables" / "proofs.csv").exists()
    assert "What the defaults cost" not in (directory / "index.html").read_text()


def test_a_ledger_that_is_none_is_refused_by_name(run: Path) -> None:
    (run / PROOFS / LEDGER).write_text("{}\n")
    with pytest.raises(RunFolderError, match="threefold certify --defaults"):
        read_run(run)

"""Five tables of the UCI kind, each with one command; texts; the file's hash in the manifest, and resuming."""

from pathlib import Path

import pytest

from benchmarks.records.results import AccuracyResult, CertificateResult, Record
from benchmarks.records.store import read_manifest, read_records
from tests.benchmarks.cli.real_command import files, threefold, unreported
from tests.benchmarks.own_data.tables import TABLES

TINY = ("--implementation", "numpy", "--folds", "2", "--repeats", "1")
ACCURACY = ("--only", "accuracy")
#: By table: epochs of the test, what the networks have to reach, of which metric.
EXPECTED = {
    "iris": ("accuracy", 20, 0.9),
    "credit": ("accuracy", 5, 0.65),
    "letters": ("accuracy", 10, 0.8),
    "rentals": ("r2", 20, 0.8),
    "houses": ("r2", 1, 0.9),
}


def run(path: Path, target: str, out: Path, *options: str) -> list[Record]:
    done = threefold("run", "--table", str(path), "--target", target, "--out", str(out), *options, command=unreported())
    assert done.returncode == 0, done.stdout + done.stderr
    assert path.name in done.stdout
    records, problems = read_records(out)
    assert not problems
    return records


@pytest.mark.nightly  # each starts processes for a minute; quicker tests infer and encode them, and one runs below
@pytest.mark.parametrize("name", TABLES)
def test_a_table_runs_with_one_command(name: str, tmp_path: Path) -> None:
    path, target = TABLES[name](tmp_path)
    metric, epochs, least = EXPECTED[name]
    records = run(path, target, tmp_path / "run", *TINY, *ACCURACY, "--max-epochs", str(epochs))
    means = {}
    for record in records:
        assert isinstance(record.result, AccuracyResult), record.reason
        means[record.cell.architecture] = record.result.splits[0].metrics[metric]
    trees = "forest" if name == "letters" else "gradient-boosting"
    assert means.keys() == {"mlp", "linear", trees, "majority" if metric == "accuracy" else "mean"}
    assert means["mlp"] > least, means
    assert means["mlp"] > means.get("majority", means.get("mean")) + 0.1


def test_a_table_is_reported_certified_and_timed_and_its_hash_is_checked_when_it_goes_on(tmp_path: Path) -> None:
    path, target = TABLES["iris"](tmp_path)
    out = tmp_path / "run"
    options = ("--table", str(path), "--target", target, "--out", str(out), "--launches", "1", "--max-epochs", "1")
    done = threefold("run", *options, *TINY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "150 rows; classification of 'kind', 3 classes" in done.stdout
    assert "iris.csv: kind" in (out / "index.html").read_text()
    records, _ = read_records(out)
    assert {record.cell.kind for record in records} == {"accuracy", "certificate", "timing", "peak"}
    assert all(each.result.passed for each in records if isinstance(each.result, CertificateResult))
    manifest = read_manifest(out)
    assert manifest.files.keys() == {"iris.csv"}
    assert str(tmp_path) not in (out / "manifest.json").read_text()

    again = threefold("run", *options, *TINY, command=unreported())
    assert f"{len(records)} of {len(records)} cells are there already" in again.stdout

    before = files(out)
    path.write_text(path.read_text().replace("setosa", "versicolor", 1))
    changed = threefold("run", *options, *TINY, command=unreported())
    assert changed.returncode == 2
    assert "was measured on another content of iris.csv (SHA-256 " in changed.stderr
    assert files(out) == before


@pytest.mark.nightly
def test_texts_are_classified(tmp_path: Path) -> None:
    lines = [
        f'"a {word} film, number {number % 9} of the week",{word[0]}'
        for number, word in enumerate(["good", "bad"] * 60)
    ]
    (tmp_path / "films.csv").write_text("\n".join(["review,verdict", *lines]))
    options = (*TINY, *ACCURACY, "--max-epochs", "6", "--recipe", "cnn", "--text", "review")
    records = run(tmp_path / "films.csv", "verdict", tmp_path / "run", *options)
    reached = {record.cell.architecture: record.result.splits[0].metrics["accuracy"] for record in records}
    assert reached.keys() == {"majority", "bag-of-words", "tf-idf", "cnn"}
    assert reached["tf-idf"] == 1.0
    assert reached["cnn"] > 0.9

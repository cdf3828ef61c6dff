import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import benchmarks.cli.data
import benchmarks.datasets
import benchmarks.suites.suite
from benchmarks.cli.data import data_app
from benchmarks.datasets import DatasetError
from benchmarks.datasets.wine import DATASET as WINE
from benchmarks.tasks import tasks
from tests.benchmarks.conftest import Server
from tests.benchmarks.datasets.samples import PACKED, download, sample_dataset

Run = Callable[..., Result]


@pytest.fixture
def run(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`threefold data` where there are two data sets: `sample`, at the server, and `wine`."""
    known = {"sample": sample_dataset(download(server.url)), "wine": WINE}
    for module in (benchmarks.datasets, benchmarks.cli.data):
        monkeypatch.setattr(module, "datasets", lambda: known)
    monkeypatch.setenv("THREEFOLD_DATA", str(tmp_path / "cache"))
    return lambda *arguments: CliRunner().invoke(data_app, arguments)


def test_list_says_what_is_here_and_how_to_get_the_rest(run: Run) -> None:
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    header, sample, wine = (dict(zip(lines[0], line, strict=True)) for line in lines)
    assert list(header) == ["name", "kind", "shape", "source", "licence", "citation", "size", "sha256", "state"]
    assert sample["state"] == "missing; `threefold data fetch sample`"
    assert wine["state"] == "present, in scikit-learn"
    assert wine["shape"] == "178 × 13"
    assert WINE.sha256.startswith(wine["sha256"])
    assert wine["citation"] == WINE.citation


def test_list_as_json_says_all(run: Run) -> None:
    sample, wine = json.loads(run("list", "--json").stdout)
    assert (sample["present"], sample["how_to_get"]) == (False, "`threefold data fetch sample`")
    assert (wine["present"], wine["sha256"], wine["shape"]) == (True, WINE.sha256, [13])


def test_list_at_a_terminal_shows_every_column(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    shown = run("list").stdout
    for text in ("sample", "3 × 2", "CC0", "A. Nobody.", "missing;", WINE.sha256[:12], "present, in"):
        assert text in shown


def test_fetch_verify_and_repair(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "cache" / "sample"
    assert run("verify", "sample").exit_code == 1
    fetched = run("fetch", "sample")
    assert (fetched.exit_code, fetched.stdout) == (0, f"sample: in {place}\n")
    assert "sample: downloading" in fetched.stderr
    assert run("verify").stdout == f"sample: sound, in {place}\nwine: sound, in scikit-learn\n"
    (place / "sample.csv.gz").write_bytes(PACKED[:-1])
    damaged = run("verify")
    assert damaged.exit_code == 1
    assert "sample: data set 'sample' is damaged" in damaged.stdout
    assert "wine: sound" in damaged.stdout
    assert run("fetch", "sample", "--force").exit_code == 0
    assert run("verify", "sample").exit_code == 0


def test_verify_reports_what_is_missing_and_fails_only_where_it_was_named(run: Run) -> None:
    assert run("verify").exit_code == 0
    assert run("verify").stdout.startswith("sample: missing; get it by `threefold data fetch sample`\n")
    assert run("verify", "wine").exit_code == 0
    assert run("verify", "sample", "wine").exit_code == 1


def test_fetch_all_continues_after_a_failure(run: Run, server: Server) -> None:
    (server.folder / "sample.csv.gz").unlink()
    result = run("fetch", "--all")
    assert result.exit_code == 1
    assert result.stdout == "wine: in scikit-learn\n"
    assert "404" in result.stderr


@pytest.mark.parametrize(
    ("of_the_suite", "fetched"),
    [(("wine",), "wine: in scikit-learn\n"), (("wine", "digits"), "sample: in {place}\nwine: in scikit-learn\n")],
)
def test_fetch_gets_what_a_suite_needs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_the_suite: tuple[str, ...], fetched: str
) -> None:
    known = {**tasks(), "digits": dataclasses.replace(tasks()["digits"], dataset="sample")}
    monkeypatch.setattr(benchmarks.cli.data, "tasks", lambda: known)
    monkeypatch.setattr(benchmarks.suites.suite, "known_tasks", lambda: known)
    suite = tmp_path / "some.toml"
    suite.write_text(f"name = 'some'\ntasks = {list(of_the_suite)}\nimplementations = ['numpy']\nfolds = 2\n")
    result = run("fetch", "--suite", str(suite))
    assert (result.exit_code, result.stdout) == (0, fetched.format(place=tmp_path / "cache" / "sample")), (
        result.exception
    )


def test_an_unknown_suite_is_reported(run: Run) -> None:
    assert "suite 'fast' is unknown" in str(run("fetch", "--suite", "fast").exception)


def test_the_folder_can_be_given(run: Run, tmp_path: Path) -> None:
    run("fetch", "sample", "--folder", str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "sample" / "sample.csv.gz").is_file()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("fetch", "iris"), "data set 'iris' is unknown; there are sample, wine"),
        (("verify", "sample", "iris"), "data set 'iris' is unknown"),
        (("fetch",), "name the data sets to fetch, or give either --suite NAME or --all"),
        (("fetch", "wine", "--all"), "name the data sets to fetch, or give either"),
        (("fetch", "--suite", "quick", "--all"), "name the data sets to fetch, or give either"),
    ],
)
def test_what_makes_no_sense_is_reported(run: Run, arguments: tuple[str, ...], wrong: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, DatasetError)
    assert wrong in str(result.exception)
    assert result.stdout == ""

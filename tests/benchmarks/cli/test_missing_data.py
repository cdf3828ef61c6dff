"""Data that is not there and cannot be fetched: its cells fail, the others are done, the last line says what to do."""

from pathlib import Path

import pytest

from tests.benchmarks.cli.real_command import called

#: Diamonds are not on every machine, and on none where another folder than the user's is searched.
WITH_DIAMONDS = """
name = "with diamonds"
tasks = ["diabetes", "diamonds"]
implementations = ["numpy"]
folds = 2
[timing]
leave_out = ["diabetes", "diamonds"]
"""


@pytest.fixture
def without_diamonds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """How that suite is run where no data was ever fetched, nor can be; without a report."""
    suite = tmp_path / "both.toml"
    suite.write_text(WITH_DIAMONDS)
    monkeypatch.setattr("report.build.build_report", lambda *_: None)
    monkeypatch.setenv("THREEFOLD_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    return ("run", "--suite", str(suite), "--out", str(tmp_path / "run"))


@pytest.mark.nightly
def test_missing_data_fails_its_cells_with_the_way_to_get_it(without_diamonds: tuple[str, ...]) -> None:
    done = called(*without_diamonds)
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "3 of 6 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine, so its cells failed; get it by ")
    assert "then give the same command again" in last


def test_a_failed_download_is_reported_at_the_end_and_fails_its_own_cells(without_diamonds: tuple[str, ...]) -> None:
    """What the README's first command does on a machine without a network."""
    done = called(*without_diamonds, "--fetch")
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "3 of 6 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine (")
    assert "was not fetched; pip cannot download plotnine" in last
    assert "Traceback" not in done.stdout + done.stderr

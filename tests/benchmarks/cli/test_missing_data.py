"""Data that is not there and cannot be fetched: its cells fail, the others are done, the last line says what to do."""

from pathlib import Path

import pytest

from tests.benchmarks.cli.real_command import UNREPORTED, threefold

#: Diamonds are not on every machine, and on none where another folder than the user's is searched.
WITH_DIAMONDS = """
name = "with diamonds"
tasks = ["diabetes", "diamonds"]
implementations = ["numpy"]
folds = 2
[timing]
leave_out = ["diabetes", "diamonds"]
"""


@pytest.mark.nightly
def test_missing_data_fails_its_cells_with_the_way_to_get_it(tmp_path: Path) -> None:
    suite = tmp_path / "both.toml"
    suite.write_text(WITH_DIAMONDS)
    arguments = ("run", "--suite", str(suite), "--out", str(tmp_path / "run"))
    done = threefold(*arguments, command=UNREPORTED, THREEFOLD_DATA=str(tmp_path / "none"))
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "4 of 7 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine, so its cells failed; get it by ")
    assert "then give the same command again" in last


def test_a_failed_download_is_reported_at_the_end_and_fails_its_own_cells(tmp_path: Path) -> None:
    """What the README's first command does on a machine without a network."""
    suite = tmp_path / "both.toml"
    suite.write_text(WITH_DIAMONDS)
    done = threefold(
        *("run", "--suite", str(suite), "--fetch", "--out", str(tmp_path / "run")),
        command=UNREPORTED,
        THREEFOLD_DATA=str(tmp_path / "none"),
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
    )
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "4 of 7 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine (")
    assert "was not fetched; pip cannot download plotnine" in last
    assert "Traceback" not in done.stdout + done.stderr

"""`threefold list`: everything, what holds a word, and what fits into a narrow terminal."""

import pytest
from rich.console import Console

from tests.benchmarks.cli.real_command import called


def test_list_shows_what_there_is_and_what_is_missing() -> None:
    done = called("list")
    assert done.returncode == 0
    for name in ("digits", "mlp", "cnn", "keras-tensorflow+xla", "standard"):
        assert name in done.stdout


def test_list_shows_what_holds_a_word() -> None:
    done = called("list", "--only", "tasks", "LSTM", "forecasting")
    names = [line.split()[0] for line in done.stdout.splitlines()[2:]]
    assert names == ["electricity-demand", "sunspots", "sunspots-monthly"]
    nothing = called("list", "nosuch")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (2, 1)


def test_at_80_columns_no_name_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.cli.list.table_console", lambda: Console(width=80))
    lines = called("list").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("electricity-demand-quick  forecasting") for line in lines)

"""`threefold list`: everything, what holds a word, and what fits into a narrow terminal."""

import subprocess
import sys

from tests.benchmarks.cli.real_command import threefold


def test_list_shows_what_there_is_and_what_is_missing() -> None:
    done = threefold("list")
    assert done.returncode == 0
    for name in ("digits", "mlp", "cnn", "keras-tensorflow+xla", "standard"):
        assert name in done.stdout


def test_list_shows_what_holds_a_word() -> None:
    done = threefold("list", "--only", "tasks", "LSTM", "forecasting")
    names = [line.split()[0] for line in done.stdout.splitlines()[2:]]
    assert names == ["electricity-demand", "sunspots", "sunspots-monthly"]
    nothing = threefold("list", "nosuch")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (2, 1)


def test_at_80_columns_no_name_is_broken() -> None:
    script = f"""
import sys
from rich.console import Console
import benchmarks.cli.list as module
module.table_console = lambda: Console(width=80)
module.list_command({[]!r})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("electricity-demand-quick  forecasting") for line in lines)

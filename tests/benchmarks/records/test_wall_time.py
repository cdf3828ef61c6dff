"""Where a run's time went: added up over commands, in one sentence."""

from pathlib import Path

import pytest

from benchmarks.records.store import RunFolderError
from benchmarks.records.wall_time import WALL_TIME, WallTime, add_wall_time, read_wall_time


def test_times_of_several_commands_add_up(tmp_path: Path) -> None:
    assert read_wall_time(tmp_path) is None
    add_wall_time(tmp_path, WallTime(loading=1.0, training=5.0))
    add_wall_time(tmp_path, WallTime(training=2.5, report=1.5))
    assert read_wall_time(tmp_path) == WallTime(loading=1.0, training=7.5, report=1.5)


def test_the_sentence_gives_shares_the_largest_first() -> None:
    assert WallTime(timing=30, training=60, other=10).sentence() == (
        "wall time 100 s: 60 % training, 30 % timing, 10 % all else"
    )
    assert WallTime().sentence() == "wall time 0 s"


@pytest.mark.parametrize("content", ["", "[]", '{"training": -1}', '{"sleeping": 1}', '{"training": 1e400}', "\ufeff"])
def test_a_file_that_says_something_else_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / WALL_TIME).write_text(content)
    with pytest.raises(RunFolderError, match="does not say where time went") as refused:
        read_wall_time(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_byte_order_mark_and_a_very_long_time_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / WALL_TIME).write_text('\ufeff{"training": 1e12, "report": 1}', encoding="utf-8")
    add_wall_time(tmp_path, WallTime(training=1.0, report=1.0))
    assert read_wall_time(tmp_path) == WallTime(training=1e12, report=2.0)

"""Where a run's wall time went is shown; making the report, which is timed afterwards, does not make it stale."""

from pathlib import Path

from benchmarks.records.wall_time import WALL_TIME, WallTime, add_wall_time
from report.page.environment import wall_time_view
from report.runs.reading import read_run
from report.writing.state import inputs_digest
from tests.report.sample_runs import peak, write_run

SPENT = WallTime(loading=20.0, training=60.0, timing=15.0, other=5.0)


def test_the_largest_part_comes_first_and_the_report_is_left_out(tmp_path: Path) -> None:
    run = write_run(tmp_path, [peak()])
    add_wall_time(run, SPENT + WallTime(report=900.0))
    view = wall_time_view(read_run(run))
    assert view.caption == "Where 100 s of wall time went"
    assert [[cell.text for cell in row.cells] for row in view.rows] == [
        ["training", "60.0 s", "60 %"],
        ["importing frameworks", "20.0 s", "20 %"],
        ["timing", "15.0 s", "15 %"],
        ["all else", "5.0 s", "5 %"],
    ]


def test_a_run_of_before_has_no_such_table(tmp_path: Path) -> None:
    assert wall_time_view(read_run(write_run(tmp_path, [peak()]))).rows == ()


def test_the_time_of_the_report_itself_changes_no_input(tmp_path: Path) -> None:
    run = write_run(tmp_path, [peak()])
    add_wall_time(run, SPENT)
    before = inputs_digest([run])
    add_wall_time(run, WallTime(report=3.0))
    assert inputs_digest([run]) == before
    add_wall_time(run, WallTime(training=3.0))
    assert inputs_digest([run]) != before


def test_a_file_that_is_none_of_ours_is_a_problem_of_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path, [peak()])
    (run / WALL_TIME).write_text('{"training": -1}', encoding="utf-8")
    read = read_run(run)
    assert read.wall_time is None
    assert any(WALL_TIME in problem for problem in read.problems)

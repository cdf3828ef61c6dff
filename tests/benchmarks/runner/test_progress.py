"""Progress tells the cell under way, the cells left and a time to go that follows what was seen."""

import pytest
from rich.console import Console

from benchmarks.records.cells import PeakCell, Place, TimingCell
from benchmarks.runner import progress
from benchmarks.runner.progress import TURNS_TAKE, BarReporter, Forecast, LineReporter, make_reporter
from tests.benchmarks.sample_cells import accuracy_cell

CELLS = [accuracy_cell(implementation=name) for name in ("numpy", "numpy", "torch")]


def test_nothing_is_predicted_before_something_is_known() -> None:
    assert Forecast(CELLS).seconds_to_go() is None


def test_a_cell_is_expected_to_take_what_its_like_have_taken_else_the_average() -> None:
    forecast = Forecast([*CELLS, accuracy_cell(implementation="keras-tensorflow")])
    forecast.finished(CELLS[0], 2.0)
    assert forecast.seconds_to_go() == pytest.approx(2.0 * 3)
    forecast.finished(CELLS[2], 8.0)
    assert forecast.left == 2
    assert forecast.seconds_to_go() == pytest.approx(2.0 + 5.0)


def test_a_timing_is_expected_to_take_what_is_planned_until_one_has_ended() -> None:
    shared = CELLS[0].model_dump(include=set(Place.model_fields) - {"kind"})
    timing = TimingCell(**shared, launch=0, folds=5, batch_sizes=(1, 64), epoch_batch_size=32, budget_s=0.5)
    forecast = Forecast([CELLS[0], timing, timing])
    forecast.finished(CELLS[0], 600.0)
    assert forecast.seconds_to_go() == pytest.approx(2 * TURNS_TAKE * 5 * 0.5)
    forecast.finished(timing, 9.0)
    assert forecast.seconds_to_go() == pytest.approx(9.0)


def test_what_goes_on_side_by_side_takes_its_share_of_the_time_and_no_less_than_the_longest() -> None:
    many = [accuracy_cell(implementation="numpy") for _ in range(9)]
    peaks = [PeakCell(device="cpu", dtype="float32", threads=1) for _ in range(3)]
    forecast = Forecast([*many, *peaks], slots=2)
    forecast.finished(many[0], 3.0)
    forecast.finished(peaks[0], 1.0)
    assert forecast.seconds_to_go() == pytest.approx(8 * 3.0 / 2 + 2 * 1.0)
    for cell in many[1:-1]:
        forecast.finished(cell, 3.0)
    assert forecast.seconds_to_go() == pytest.approx(3.0 + 2 * 1.0)


def test_lines_tell_start_end_failure_and_time_to_go() -> None:
    console = Console(record=True, width=200, force_terminal=False)
    reporter = make_reporter(console, CELLS)
    assert isinstance(reporter, LineReporter)
    reporter.started(CELLS[0])
    reporter.finished(CELLS[0], 61.0, None)
    reporter.started(CELLS[2])
    reporter.finished(CELLS[2], 1.0, "crashed: [red]no markup[/red]")
    assert console.export_text().splitlines() == [
        "[0/3] accuracy digits mlp numpy cpu ...",
        "[1/3] accuracy digits mlp numpy cpu: done in 61.0 s, about 2 min 02 s to go",
        "[1/3] accuracy digits mlp torch cpu ...",
        "[2/3] accuracy digits mlp torch cpu: failed: crashed: [red]no markup[/red] in 1.0 s, about 1 min 01 s to go",
    ]


def test_a_terminal_gets_a_bar_that_keeps_failures_in_sight() -> None:
    console = Console(record=True, width=200, force_terminal=True)
    reporter = make_reporter(console, CELLS)
    assert isinstance(reporter, BarReporter)
    reporter.started(CELLS[0])
    reporter.finished(CELLS[0], 1.0, "crashed: why")
    reporter.close()
    text = console.export_text()
    assert "accuracy digits mlp numpy cpu failed: crashed: why" in text
    assert "1/3" in text
    assert "about 2 s to go" in text


def test_lines_tell_how_far_a_long_cell_is_but_not_at_every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    console = Console(record=True, width=200, force_terminal=False)
    reporter = make_reporter(console, CELLS)
    reporter.started(CELLS[0])
    for now in (30.0, 61.0, 90.0, 125.0):
        reporter.progressed(CELLS[0], f"after {now:g} s")
    assert console.export_text().splitlines()[1:] == [
        "[0/3] accuracy digits mlp numpy cpu: after 61 s",
        "[0/3] accuracy digits mlp numpy cpu: after 125 s",
    ]


def test_a_bar_shows_the_epoch_beside_the_cell() -> None:
    console = Console(record=True, width=200, force_terminal=True)
    reporter = make_reporter(console, CELLS)
    reporter.started(CELLS[0])
    reporter.progressed(CELLS[0], "epoch 3 of 30, loss 0.2")
    reporter.close()
    assert "accuracy digits mlp numpy cpu (epoch 3 of 30)" in console.export_text()

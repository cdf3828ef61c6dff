"""Times are paired as they were measured: side by side, by one command."""

from collections.abc import Sequence

import pytest

from benchmarks.records.cells import TimingCell
from benchmarks.records.results import Record, TimingResult
from report.runs.measurements import Measurement, Measurements
from tests.report.sample_runs import place, timing

PACES = {"numpy": 3.0, "torch": 1.0}


def launch(implementation: str, number: int, pace: float, sitting: str | None) -> Record:
    record = timing(place("digits", "mlp", implementation), number, pace)
    assert isinstance(record.result, TimingResult)
    return record.model_copy(update={"result": record.result.model_copy(update={"sitting": sitting})})


def epochs(records: Sequence[Record]) -> dict[str, Measurement]:
    cells = [(record.cell, record) for record in records if isinstance(record.cell, TimingCell)]
    return {each.cell.implementation: each for each in Measurements(cells).epochs}


def test_a_launch_that_another_command_went_on_with_is_no_pair() -> None:
    numpy = [launch("numpy", number, 2.0, "first") for number in range(3)]
    torch = [launch("torch", number, 1.0, "first") for number in range(2)]
    together = epochs([*numpy, *torch])
    # The machine was four times as slow when the second command measured what the first had left of launch 2.
    resumed = epochs([*numpy, *torch, launch("torch", 2, 4.0, "second")])
    for by_name in (together, resumed):
        ratio = by_name["numpy"].ratio_to(by_name["torch"])
        assert ratio is not None
        assert ratio.value == pytest.approx(2.0)
    assert len(resumed["torch"].timings) == 3, "by itself it counts"


def test_records_of_before_are_paired_by_launch() -> None:
    numpy, torch = ([launch(name, number, pace, None) for number in range(2)] for name, pace in PACES.items())
    by_name = epochs([*numpy, *torch])
    ratio = by_name["numpy"].ratio_to(by_name["torch"])
    assert ratio is not None
    assert ratio.value == pytest.approx(3.0)


def test_nothing_measured_side_by_side_has_no_ratio() -> None:
    by_name = epochs([launch("numpy", 0, 1.0, "first"), launch("torch", 0, 1.0, "second")])
    assert by_name["numpy"].ratio_to(by_name["torch"]) is None

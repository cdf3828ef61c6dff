"""The statements of the first screen hold with an interval, after adjusting for what they were chosen from."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.records.results import Record
from report.insights.headlines import headlines
from report.runs.reading import read_run
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import comparison_rows
from report.tables.families import family_rows
from report.tables.speed import speed_rows
from tests.report.sample_runs import accuracy, certificate, place, timing, write_run

BASE = [0.91, 0.93, 0.92, 0.95, 0.90]
NUMPY, TORCH, KERAS = (place("digits", "mlp", name) for name in ("numpy", "torch", "keras-tensorflow"))


def _headlines(tmp_path: Path, records: Sequence[Record]) -> list[str]:
    run = read_run(write_run(tmp_path, records))
    rows = accuracy_rows([run]), speed_rows([run]), comparison_rows([run])
    return list(headlines(family_rows(*rows), rows[2]))


def _timings(paces: dict[str, list[float]]) -> list[Record]:
    return [
        timing(place("digits", "mlp", name), launch, pace)
        for name, launches in paces.items()
        for launch, pace in enumerate(launches)
    ]


def test_a_ratio_is_stated_with_its_interval_where_it_holds(tmp_path: Path) -> None:
    records = _timings({"torch": [1.0, 1.01, 1.02], "keras-tensorflow": [2.0, 2.03, 2.03], "numpy": [0.9, 1.2, 1.1]})
    (sentence,) = _headlines(tmp_path, [*records, certificate(TORCH), certificate(KERAS)])
    assert sentence.startswith("MLP: keras-tensorflow takes 2.000 times as long as PyTorch (eager) for a ")
    assert "(95 % interval 1.9" in sentence
    assert "one network; p " in sentence


@pytest.mark.parametrize(
    ("paces", "certified"),
    [([2.0, 0.6, 1.5], True), ([2.0, 2.03, 2.03], False)],
    ids=["not significant", "not certified"],
)
def test_nothing_is_stated_that_does_not_hold(tmp_path: Path, paces: list[float], certified: bool) -> None:
    records = _timings({"torch": [1.0, 1.01, 1.02], "keras-tensorflow": paces})
    (sentence,) = _headlines(tmp_path, [*records, *([certificate(KERAS)] if certified else [])])
    assert sentence.startswith("No family's time of a training epoch differs significantly from PyTorch's (of 1 tested")


def test_speed_is_adjusted_for_all_that_it_was_chosen_from(tmp_path: Path) -> None:
    """p is 0.04 for numpy alone, which does not hold beside two others."""
    close = [1.10, 1.07, 1.15]
    alone = _timings({"torch": [1.0, 1.0, 1.0], "numpy": close})
    assert "numpy takes" in _headlines(tmp_path / "alone", alone)[0]
    others = _timings({"torch+compile": [1.0, 1.1, 0.9], "keras-tensorflow": [0.9, 1.1, 1.05]})
    (sentence,) = _headlines(tmp_path / "others", [*alone, *others])
    assert sentence.startswith("No family's time")


def test_agreement_is_counted_with_what_could_have_been_detected(tmp_path: Path) -> None:
    shifted = [value + 0.001 * (-1) ** index for index, value in enumerate(BASE)]
    (sentence,) = _headlines(tmp_path, [accuracy(NUMPY, BASE), accuracy(TORCH, shifted), certificate(TORCH)])
    assert sentence.startswith(
        "On 1 of 1 network tested, all implementations are equally accurate within the margin; on 0 some differ"
    )
    assert "would have detected a difference of 0.28 points with 80 % power" in sentence


def test_the_largest_gain_over_a_baseline(tmp_path: Path) -> None:
    records = [
        accuracy(NUMPY, BASE),
        accuracy(place("digits", "linear", "scikit-learn"), [value - 0.2 for value in BASE], epochs=0),
    ]
    (sentence,) = _headlines(tmp_path, records)
    assert sentence.startswith("On 1 of 1 task tested, a network is significantly ahead of the best baseline; most on")
    assert "digits: MLP (numpy), +20.000 points of accuracy (95 % interval" in sentence

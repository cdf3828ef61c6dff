"""How comparisons came out, over which pairs they were adjusted, and how large a difference they could have found."""

import re
from pathlib import Path

import pytest

from report.runs.reading import read_run
from report.tables.comparisons import ComparisonRow, comparison_rows
from report.tables.views.counts import counts_view, power_sentence
from tests.report.sample_runs import accuracy, place, write_run

BASE = [0.91, 0.93, 0.92, 0.95, 0.90]


def _rows(tmp_path: Path, noise: float) -> list[ComparisonRow]:
    shifted = [value + noise * (-1) ** index for index, value in enumerate(BASE)]
    values = {"numpy": BASE, "torch": shifted}
    records = [accuracy(place("digits", "mlp", name), splits) for name, splits in values.items()]
    records += [accuracy(place("diabetes", "mlp", name), splits, metric="r2") for name, splits in values.items()]
    return comparison_rows([read_run(write_run(tmp_path, records))])


def test_the_family_of_the_adjustment_is_said_for_each_question(tmp_path: Path) -> None:
    (row,) = counts_view(_rows(tmp_path, 0.0005)).rows
    assert [cell.text for cell in row.cells][-1] == "the pairs of one network"


@pytest.mark.parametrize(("noise", "within"), [(0.0005, "2 of 2"), (0.003, "1 of 2"), (0.02, "0 of 2")])
def test_the_power_note_follows_the_spread(tmp_path: Path, noise: float, within: str) -> None:
    """The margins are 0.5 points of accuracy and 0.01 of R²."""
    rows = _rows(tmp_path, noise)
    sentence = power_sentence(rows)
    assert f"within the margin of equivalence in {within} pairs" in sentence
    (detectable,) = {round(100 * (row.detectable or 0.0), 6) for row in rows}
    assert f"{detectable:.2g} points of accuracy" in sentence


def test_the_power_note_tells_questions_apart(tmp_path: Path) -> None:
    """Implementations that do the same would hide how little is known of networks."""
    values = {("mlp", "numpy"): BASE, ("mlp", "torch"): [value + 1e-9 * value**2 for value in BASE]}
    values |= {("cnn", name): [0.99, 0.90, 0.95, 0.91, 0.97] for name in ("numpy", "torch")}
    records = [accuracy(place("digits", *where), splits) for where, splits in values.items()]
    sentence = power_sentence(comparison_rows([read_run(write_run(tmp_path, records))]))
    assert re.search(
        r"between implementations [\d.]+e-\d\d points of accuracy; between networks 14 points of", sentence
    )


def test_without_a_test_there_is_no_power_note() -> None:
    assert power_sentence([]) == ""

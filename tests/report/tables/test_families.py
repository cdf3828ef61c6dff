"""A family's mark says no more than its tests show."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from report.runs.reading import read_run
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import comparison_rows
from report.tables.families import FamilyRow, families_view, family_rows
from report.tables.speed import speed_rows
from tests.report.sample_runs import TASKS, accuracy, certificate, place, timing, write_run

SPLITS = [0.91, 0.93, 0.92, 0.95, 0.90]


def _numpy_row(tmp_path: Path, digits: Sequence[float], wine: Sequence[float]) -> tuple[FamilyRow, str]:
    """NumPy's row of the MLPs, and its sentence about accuracy; without splits a network is timed alone."""
    records = [timing(place("digits", "mlp", name), 0, 1.0) for name in ("numpy", "torch")]
    for task, results in (("digits", digits), ("wine", wine)):
        for name in ("numpy", "torch") if results else ():
            records.append(accuracy(place(task, "mlp", name), list(results)))
            if name == "torch":
                records.append(certificate(place(task, "mlp", name)))
    if not digits:
        records.append(certificate(place("digits", "mlp", "torch")))
    run = read_run(write_run(tmp_path, records, tasks=dict.fromkeys(("digits", "wine"), TASKS["digits"])))
    rows = family_rows(accuracy_rows([run]), speed_rows([run]), comparison_rows([run]))
    row = next(row for row in rows if row.implementation == "numpy")
    return row, families_view([row]).rows[0].cells[3].text


@pytest.mark.parametrize(
    ("digits", "wine", "mark", "text"),
    [
        (SPLITS, SPLITS, "equally accurate", "yes, in 2 of 2 tests"),
        (SPLITS, [0.9], "open", "in 1 of 1 test; 1 not tested"),
        ([0.9], [0.9], "not tested", "not tested: trained once"),
        ([], [], "not tested", "not tested"),
    ],
    ids=["all tested", "one trained once", "all trained once", "timed alone"],
)
def test_a_family_is_equally_accurate_only_where_every_network_was_tested(
    tmp_path: Path, digits: Sequence[float], wine: Sequence[float], mark: str, text: str
) -> None:
    row, sentence = _numpy_row(tmp_path, digits, wine)
    assert (row.mark, sentence) == (mark, text)

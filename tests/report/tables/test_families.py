"""A family's mark says no more than its tests show."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.records.cells import Variant
from benchmarks.records.results import Record, StudyFacts
from report.runs.reading import read_run
from report.statistics.launches import paired_ratio
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import comparison_rows
from report.tables.families import FamilyRow, families_view, family_rows
from report.tables.speed import speed_rows
from tests.report.sample_runs import TASKS, accuracy, certificate, place, record, timing, write_run

SPLITS = [0.91, 0.93, 0.92, 0.95, 0.90]


def _rows(tmp_path: Path, records: Sequence[Record]) -> dict[str, FamilyRow]:
    run = read_run(write_run(tmp_path, records, tasks=dict.fromkeys(("digits", "wine"), TASKS["digits"])))
    rows = family_rows(accuracy_rows([run]), speed_rows([run]), comparison_rows([run]))
    return {row.implementation: row for row in rows}


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
    row = _rows(tmp_path, records)["numpy"]
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


def test_a_network_that_pytorch_did_not_train_is_not_tested(tmp_path: Path) -> None:
    """Without PyTorch's side there is no comparison, which must not count as agreement."""
    records = [accuracy(place("digits", "mlp", name), SPLITS) for name in ("numpy", "torch")]
    records += [accuracy(place("wine", "mlp", "numpy"), SPLITS), certificate(place("digits", "mlp", "torch"))]
    row = _rows(tmp_path, records)["numpy"]
    assert (row.networks, row.equally_accurate, row.not_tested, row.mark) == (2, 1, 1, "open")
    assert families_view([row]).rows[0].cells[3].text == "in 1 of 1 test; 1 not tested"


@pytest.mark.parametrize(
    ("other", "mark", "text"),
    [(SPLITS, "differs", "in 0 of 1 test; 1 diverged"), ([math.nan, *SPLITS[1:]], "not tested", "not tested")],
    ids=["by one", "by both"],
)
def test_a_training_that_diverged_by_one_alone_differs(
    tmp_path: Path, other: Sequence[float], mark: str, text: str
) -> None:
    records = [accuracy(place("digits", "mlp", "numpy"), [math.nan, *SPLITS[1:]])]
    records += [accuracy(place("digits", "mlp", "torch"), list(other)), certificate(place("digits", "mlp", "torch"))]
    row = _rows(tmp_path, records)["numpy"]
    assert (row.mark, families_view([row]).rows[0].cells[3].text) == (mark, text)


def test_p_of_a_single_network_is_over_the_launches_that_both_measured(tmp_path: Path) -> None:
    paces = {"numpy": {0: 1.1, 1: 1.2, 2: 1.15, 3: 1.3, 4: 1.25}, "torch": {0: 1.0, 1: 1.05, 2: 1.0}}
    records = [
        timing(place("digits", "mlp", name), launch, pace)
        for name, launches in paces.items()
        for launch, pace in launches.items()
    ]
    expected = paired_ratio([math.log(paces["numpy"][launch] / pace) for launch, pace in paces["torch"].items()])
    assert expected is not None
    row = _rows(tmp_path, records)["numpy"]
    assert row.p_value == pytest.approx(expected.p_value)
    assert (row.ratio_low, row.ratio_high) == pytest.approx((expected.low, expected.high))


def _of_study(tmp_path: Path, names: Sequence[str]) -> dict[str, FamilyRow]:
    """Two variants of digits' MLP by these implementations."""
    records = []
    for variant in ("narrow", "wide"):
        for name in names:
            made = accuracy(place("digits", "mlp", name, network="mlp"), SPLITS)
            changed = Variant(recipe="mlp", name=variant, overrides={"hidden": [len(variant)]})
            cell = made.cell.model_copy(update={"architecture": changed.label, "variant": changed})
            records.append(record(cell, made.result))
            if name != "numpy":
                records.append(certificate(place("digits", changed.label, name, network="mlp")))
    facts = StudyFacts(name="widths", title="Widths", question="Which?", implementations_reason="All.")
    run = read_run(write_run(tmp_path, records, study=facts))
    comparisons = comparison_rows([run])
    assert {row.question for row in comparisons} <= {"implementations"}, "variants are not compared with one another"
    return {row.implementation: row for row in family_rows(accuracy_rows([run]), speed_rows([run]), comparisons)}


def test_the_variants_of_a_study_are_tested(tmp_path: Path) -> None:
    row = _of_study(tmp_path, ["numpy", "torch"])["numpy"]
    assert (row.equally_accurate, row.not_tested, row.mark) == (2, 0, "equally accurate")


def test_a_study_by_one_implementation_has_nothing_to_test(tmp_path: Path) -> None:
    row = _of_study(tmp_path, ["numpy"])["numpy"]
    assert (row.tests, row.not_tested, row.mark) == (0, 0, "")
    assert families_view([row]).rows[0].cells[3].text == "–"

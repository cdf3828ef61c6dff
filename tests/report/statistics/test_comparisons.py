import math
from pathlib import Path

import pytest
from scipy import stats

from benchmarks.records.results import Record
from benchmarks.records.task_facts import Evaluation
from report.runs.reading import read_run, read_runs
from report.statistics.paired import corrected_paired_test
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import ComparisonRow, comparison_rows
from report.tables.views.counts import counts_sentence
from report.tables.views.results import UNCERTIFIED, comparisons_view
from tests.report.sample_runs import TASKS, accuracy, certificate, place, write_run

BASE = [0.91, 0.93, 0.92, 0.95, 0.90]
NUMPY, TORCH, KERAS = (place("digits", "mlp", name) for name in ("numpy", "torch", "keras-tensorflow"))


def _rows(tmp_path: Path, *records: Record) -> list[ComparisonRow]:
    return comparison_rows([read_run(write_run(tmp_path, records))])


def _shifted(by: float, noise: float = 0.0) -> list[float]:
    return [value + by + noise * (-1) ** index for index, value in enumerate(BASE)]


@pytest.mark.parametrize(
    ("values", "conclusion"),
    [
        (BASE, "identical"),
        (_shifted(0.0, 0.0005), "equivalent"),
        (_shifted(0.0, 0.02), "undecided"),
        (_shifted(0.05, 0.001), "different"),
        (_shifted(0.002, 0.0001), "different within the margin"),
    ],
)
def test_conclusions(tmp_path: Path, values: list[float], conclusion: str) -> None:
    (row,) = _rows(tmp_path, accuracy(NUMPY, values), accuracy(TORCH, BASE))
    assert (row.question, row.conclusion, row.margin, row.splits) == ("implementations", conclusion, 0.005, 5)


@pytest.mark.parametrize(
    ("numpy", "torch", "conclusion", "counts"),
    [
        ([math.nan, *BASE[1:]], BASE, "one diverged", (1, 0)),
        ([math.nan, *BASE[1:]], [math.inf, *BASE[1:]], "both diverged", (1, 1)),
        ([math.nan, *BASE[1:]], [BASE[0], math.nan, *BASE[2:]], "one diverged", (1, 1)),
        ([math.nan], [0.9], "one diverged", (1, 0)),
    ],
    ids=["one", "both", "in other splits", "trained once"],
)
def test_a_diverged_training_is_a_result(
    tmp_path: Path, numpy: list[float], torch: list[float], conclusion: str, counts: tuple[int, int]
) -> None:
    (row,) = _rows(tmp_path, accuracy(NUMPY, numpy), accuracy(TORCH, torch))
    assert (row.conclusion, row.not_finite_a, row.not_finite_b) == (conclusion, *counts)
    assert (row.difference, row.p_difference) == (None, None)
    assert f"{conclusion} (A in 1" in comparisons_view([row], several=False).rows[0].cells[-1].text
    assert counts_sentence([row]) == "1 comparison of accuracies: 0 equivalent, 0 different, 0 open and 1 diverged."


def test_a_diverged_training_leaves_other_pairs_as_they_are(tmp_path: Path) -> None:
    """It has no p, so nobody's is adjusted for it."""
    alone = _rows(tmp_path / "alone", accuracy(NUMPY, BASE), accuracy(TORCH, _shifted(0.01, 0.002)))
    beside = _rows(
        tmp_path / "beside",
        accuracy(NUMPY, BASE),
        accuracy(TORCH, _shifted(0.01, 0.002)),
        accuracy(KERAS, [math.nan, *BASE[1:]]),
    )
    assert len(beside) == 3
    assert beside[0] == alone[0]


def test_holm_is_over_all_pairs_of_the_question(tmp_path: Path) -> None:
    values = {"numpy": BASE, "torch": _shifted(0.01, 0.002), "keras-tensorflow": _shifted(0.0, 0.001)}
    rows = _rows(tmp_path, *(accuracy(place("digits", "mlp", name), each) for name, each in values.items()))
    assert [(row.implementation_a, row.implementation_b) for row in rows] == [
        ("numpy", "torch"),
        ("numpy", "keras-tensorflow"),
        ("torch", "keras-tensorflow"),
    ]
    smallest = min(rows, key=lambda row: row.p_difference or 0)
    assert smallest.p_difference_holm == pytest.approx(3 * (smallest.p_difference or 0))
    expected = corrected_paired_test(BASE, values["torch"], 359 / 1438, 0.005)
    assert rows[0].p_difference == pytest.approx(expected.p_difference)
    assert (rows[0].ci_low, rows[0].ci_high) == (expected.low, expected.high)


def test_questions(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path,
        accuracy(NUMPY, BASE),
        accuracy(TORCH, BASE),
        accuracy(place("digits", "cnn", "torch"), _shifted(0.01)),
        accuracy(place("digits", "mlp", "torch", device="cuda"), BASE),
        accuracy(place("digits", "linear", "scikit-learn"), _shifted(-0.02), epochs=0),
    )
    asked = [row.question for row in rows]
    assert {question: asked.count(question) for question in asked} == {
        "implementations": 1,
        "architectures": 1,
        "devices": 1,
        "baseline": 4,
    }
    assert all((row.difference or 0) > 0 for row in rows if row.question == "baseline"), "network minus baseline"


def test_one_training_each_is_not_testable(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path, accuracy(NUMPY, [0.9]), accuracy(TORCH, [0.92]))
    assert (row.conclusion, row.ci_low, row.p_difference_holm) == ("not testable", None, None)
    assert row.difference == pytest.approx(-0.02), "told, without a claim"


def test_seeds_on_a_published_test_part_are_not_resampled(tmp_path: Path) -> None:
    first, second = [0.90, 0.91, 0.93], [0.90, 0.90, 0.91]
    records = [accuracy(where, values, seeds=(0, 1, 2)) for where, values in ((NUMPY, first), (TORCH, second))]
    (row,) = _rows(tmp_path, *records)
    assert row.p_difference == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_seeds_that_draw_their_test_parts_are_resampled(tmp_path: Path) -> None:
    drawn = TASKS["digits"].model_copy(update={"design": Evaluation.DRAWN})
    first, second = [0.90, 0.91, 0.93], [0.90, 0.90, 0.91]
    records = [accuracy(where, values, seeds=(0, 1, 2)) for where, values in ((NUMPY, first), (TORCH, second))]
    run = read_run(write_run(tmp_path, records, tasks={"digits": drawn}))
    (row,) = comparison_rows([run])
    assert row.p_difference == pytest.approx(corrected_paired_test(first, second, 359 / 1438, None).p_difference)
    assert {row.interval for row in accuracy_rows([run])} == {"corrected resampled t"}


def test_baseline_of_several_seeds_is_held_against_its_own(tmp_path: Path) -> None:
    baseline = accuracy(place("digits", "linear", "scikit-learn"), [0.85, 0.80], seeds=(0, 1), epochs=0)
    (row,) = _rows(tmp_path, accuracy(NUMPY, [0.90, 0.91, 0.92], seeds=(0, 1, 2)), baseline)
    assert row.splits == 2
    assert row.difference == pytest.approx((0.05 + 0.11) / 2)


def test_baseline_trained_once_is_held_against_every_seed(tmp_path: Path) -> None:
    baseline = accuracy(place("digits", "linear", "scikit-learn"), [0.85], epochs=0)
    (row,) = _rows(tmp_path, accuracy(NUMPY, [0.90, 0.91, 0.92], seeds=(0, 1, 2)), baseline)
    assert row.splits == 3
    assert row.difference == pytest.approx(0.06)


def _of_metric(tmp_path: Path, metric: str, values: list[float]) -> ComparisonRow:
    facts = TASKS | {"digits": TASKS["digits"].model_copy(update={"metrics": (metric,)})}
    records = [accuracy(where, each, metric=metric) for where, each in ((NUMPY, BASE), (TORCH, values))]
    (row,) = comparison_rows([read_run(write_run(tmp_path, records, tasks=facts))])
    return row


def test_metric_without_a_margin_is_never_equivalent(tmp_path: Path) -> None:
    row = _of_metric(tmp_path, "macro_f1", _shifted(0, 1e-9))
    assert (row.margin, row.p_equivalence_holm, row.conclusion) == (None, None, "undecided")


@pytest.mark.parametrize(
    ("values", "conclusion"),
    [
        (_shifted(0, 1e-9), "equivalent"),
        (_shifted(0.02, 0.001), "different within the margin"),
        (_shifted(0.08, 0.001), "different"),
        (_shifted(0, 0.2), "undecided"),
    ],
)
def test_the_margin_of_an_error_is_a_share_of_it(tmp_path: Path, values: list[float], conclusion: str) -> None:
    """Its unit is that of the data, so that none in it would do for all tasks."""
    row = _of_metric(tmp_path, "rmse", values)
    assert row.margin == pytest.approx(0.05 * sum(values) / len(values))
    assert row.conclusion == conclusion


def test_an_error_that_is_not_finite_has_no_margin(tmp_path: Path) -> None:
    row = _of_metric(tmp_path, "rmse", [math.nan, *BASE[1:]])
    assert (row.margin, row.conclusion) == (None, "one diverged")


@pytest.mark.parametrize(("digest", "pairs"), [("d" * 64, 1), ("e" * 64, 0)])
def test_runs_are_compared_on_the_same_data(tmp_path: Path, digest: str, pairs: int) -> None:
    facts = TASKS | {"digits": TASKS["digits"].model_copy(update={"dataset_sha256": digest})}
    one = write_run(tmp_path / "one", [accuracy(NUMPY, BASE)], label="one")
    two = write_run(tmp_path / "two", [accuracy(NUMPY, BASE)], label="two", tasks=facts)
    rows = comparison_rows(read_runs([one, two]))
    assert [(row.question, row.run_a, row.run_b, row.conclusion) for row in rows] == [
        ("runs", "one", "two", "identical")
    ] * pairs


@pytest.mark.parametrize("passed", [True, False, None])
def test_a_side_without_a_passing_certificate_is_marked(tmp_path: Path, passed: bool | None) -> None:
    records = [accuracy(NUMPY, BASE), accuracy(TORCH, BASE)]
    if passed is not None:
        records.append(certificate(TORCH, passed=passed))
    (row,) = _rows(tmp_path, *records)
    assert (row.certificate_a, row.certificate_b) == (
        "reference",
        {True: "passed", False: "failed", None: "missing"}[passed],
    )
    (shown,) = comparisons_view([row], several=False).rows
    assert shown.marked is (passed is not True)
    assert [UNCERTIFIED in cell.text for cell in shown.cells[3:5]] == [False, passed is not True]


def test_each_question_of_a_reader_is_adjusted_by_itself(tmp_path: Path) -> None:
    """Another network of the task, and another task, change nothing of what is said of this one."""
    pair = [accuracy(NUMPY, BASE), accuracy(TORCH, _shifted(0.01, 0.002))]
    alone = _rows(tmp_path / "alone", *pair)[0]
    more = [accuracy(place("digits", "cnn", name), _shifted(0.02, 0.01)) for name in ("numpy", "torch")]
    more += [accuracy(place("diabetes", "mlp", name), BASE, metric="r2") for name in ("numpy", "torch")]
    rows = _rows(tmp_path / "more", *pair, *more)
    (beside,) = [
        row for row in rows if (row.question, row.task, row.architecture_a) == ("implementations", "digits", "mlp")
    ]
    assert beside == alone
    assert [row.question for row in rows if row.task == "digits"] == ["implementations"] * 2 + ["architectures"] * 2

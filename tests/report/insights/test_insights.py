import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records.cells import CertificateCell
from benchmarks.records.results import CertificateResult, Record, StageResult
from report.insights import Insights, write_insights
from report.runs.reading import read_run
from report.tables.accuracy import accuracy_rows
from report.tables.certificates import certificate_rows
from report.tables.comparisons import comparison_rows
from report.tables.speed import speed_rows
from tests.report.sample_runs import TASKS, accuracy, certificate, place, record, timing, write_run

BASE = [0.91, 0.93, 0.92, 0.95, 0.90]
NUMPY, TORCH, KERAS = (place("digits", "mlp", name) for name in ("numpy", "torch", "keras-tensorflow"))


def _insights(tmp_path: Path, records: Sequence[Record], **changes: Any) -> Insights:
    run = read_run(write_run(tmp_path, records, **changes))
    accuracies, speed, comparisons = accuracy_rows([run]), speed_rows([run]), comparison_rows([run])
    return write_insights(run, accuracies, speed, certificate_rows([run]), comparisons)


def _timings(paces: dict[str, list[float]]) -> list[Record]:
    return [
        timing(place("digits", "mlp", name), launch, pace)
        for name, launches in paces.items()
        for launch, pace in enumerate(launches)
    ]


def _shifted(by: float, noise: float) -> list[float]:
    return [value + by + noise * (-1) ** index for index, value in enumerate(BASE)]


@pytest.mark.parametrize(
    ("values", "expected", "forbidden"),
    [
        (BASE, "exactly the same accuracy on each of 5 splits", "equivalent"),
        (_shifted(0, 0.0005), "are equivalent in accuracy within 0.5 points", "differ by"),
        (_shifted(0, 0.02), "neither shown different nor equivalent", "are equivalent"),
        (_shifted(0.05, 0.001), "numpy and torch differ by -5.02 points (95 % interval", "are equivalent"),
    ],
)
def test_agreement_says_what_the_test_says(tmp_path: Path, values: list[float], expected: str, forbidden: str) -> None:
    records = [accuracy(NUMPY, BASE), accuracy(TORCH, values), certificate(TORCH)]
    (sentence,) = _insights(tmp_path, records).accuracy
    assert expected in sentence
    assert forbidden not in sentence
    assert "certificate" not in sentence


def test_sentences_name_what_is_not_certified(tmp_path: Path) -> None:
    records = [accuracy(NUMPY, BASE), accuracy(TORCH, BASE), *_timings({"numpy": [1, 1], "torch": [2, 2]})]
    insights = _insights(tmp_path, records)
    assert insights.accuracy[0].endswith("Without a passing certificate: torch.")
    assert insights.speed[1].endswith("Without a passing certificate: torch.")
    assert insights.trust == (
        "No equivalence certificate was made: nothing here shows that the implementations do the same.",
    )


def test_fastest_is_claimed_where_it_is_shown(tmp_path: Path) -> None:
    insights = _insights(tmp_path, _timings({"numpy": [1.0, 1.01, 0.99], "torch": [1.5, 1.52, 1.51]})).speed
    assert insights[0].startswith(
        "On digits (MLP, cpu), numpy is the fastest eager implementation in training an epoch"
    )
    assert "torch takes 1.510 times the time of numpy (1.477 to 1.544" in insights[0]


def test_fastest_is_not_claimed_where_it_is_not_shown(tmp_path: Path) -> None:
    insights = _insights(tmp_path, _timings({"numpy": [1.0, 1.3, 0.9], "torch": [1.1, 1.1, 1.2]})).speed
    assert "no eager implementation is shown to be the fastest: numpy has the shortest median" in insights[0]
    assert "is the fastest" not in insights[0]


def test_who_is_slower_is_said_by_the_launches_ratios(tmp_path: Path) -> None:
    """NumPy has the shorter median, by a launch that PyTorch does not have; side by side PyTorch is faster."""
    paces = {"numpy": [1.0, 1.01, 1.02, 0.5, 0.5, 0.5], "torch": [0.9, 0.91, 0.92]}
    insights = _insights(tmp_path, _timings(paces)).speed
    assert "numpy has the shortest median" in insights[0]
    assert "is the fastest" not in insights[0]
    assert "torch takes 0.9010 times the time of numpy (0.8986 to 0.9034, p < 0.001)" in insights[0]


def test_implementations_that_share_no_launch_are_not_compared(tmp_path: Path) -> None:
    records = [timing(place("digits", "mlp", "numpy"), 0, 1.0), timing(place("digits", "mlp", "torch"), 1, 2.0)]
    insights = _insights(tmp_path, records).speed
    assert "torch was never timed in the same launch as numpy, so the two are not compared" in insights[1]


def test_single_launch_claims_nothing(tmp_path: Path) -> None:
    insights = _insights(tmp_path, _timings({"numpy": [1.0], "torch": [9.0]})).speed
    assert "no eager implementation is shown" in insights[1]
    assert "times the time of numpy in the one launch that both have, which is no test" in insights[1]
    assert "single process launch" in insights[0]


def test_eager_and_compiled_are_ranked_apart(tmp_path: Path) -> None:
    paces = {
        "numpy": [1.0, 1.0, 1.01],
        "torch": [1.5, 1.5, 1.51],
        "torch+compile": [0.7, 0.7, 0.71],
        "keras-tensorflow": [0.2, 0.2, 0.21],
    }
    eager, compiled = _insights(tmp_path, _timings(paces)).speed
    assert "numpy is the fastest eager" in eager
    assert "keras" not in eager
    assert "keras-tensorflow is the fastest compiled" in compiled


def test_disturbed_timings_are_counted(tmp_path: Path) -> None:
    records = [timing(NUMPY, launch, 1.0, disturbed=launch == 0) for launch in range(3)]
    assert "Other work disturbed 33 % of the launches' timings" in _insights(tmp_path, records).speed[0]


def test_certificates(tmp_path: Path) -> None:
    passed = _insights(tmp_path / "passed", [certificate(TORCH), certificate(KERAS)]).trust
    assert passed[0].startswith("All 2 equivalence certificates passed. Nearest to its bound came")
    assert passed[0].endswith("with 3.2% of it.")
    failed = _insights(tmp_path / "failed", [certificate(TORCH), certificate(KERAS, passed=False)]).trust
    assert failed[0] == "1 of 2 equivalence certificates did not pass."
    assert failed[1] == (
        "On digits (MLP, cpu), keras-tensorflow is not certified in stage gradients (hidden_0/kernel: 3.1e-01 over "
        "1.0e-04): hidden_0 departs first."
    )


def test_an_implementation_that_ended_in_an_error_is_one_statement(tmp_path: Path) -> None:
    """Its certificate has no figure in any stage, and the same reason in all."""
    stages = [
        StageResult(stage=stage, worst=sys.float_info.max, bound=0.0, tensor="", passed=False, detail="it broke.")
        for stage in ("function", "drift", "extremes")
    ]
    broken = record(CertificateCell(**KERAS), CertificateResult(stages=tuple(stages), passed=False))
    _, *failed = _insights(tmp_path, [certificate(TORCH), broken]).trust
    assert failed == ["On digits (MLP, cpu), keras-tensorflow is not certified in stage function and 2 more: it broke."]


def test_many_networks_are_summed_up_first(tmp_path: Path) -> None:
    records = []
    for task in "abcde":
        for name, pace in (("numpy", 1.0), ("torch", 1.5 if task != "e" else 1.0)):
            where = place(task, "mlp", name)
            records += [timing(where, launch, pace + 0.001 * launch) for launch in range(3)]
            records.append(accuracy(where, BASE if task != "d" else _shifted(0.05 * (name == "torch"), 0.001)))
    insights = _insights(tmp_path, records, tasks=dict.fromkeys("abcde", TASKS["digits"]))
    assert insights.speed[0] == (
        "Of 5 networks with several eager implementations, the fastest in training an epoch is shown to be numpy on 4; "
        "on 1 it stays open."
    )
    assert insights.accuracy[0].startswith(
        "Of 5 networks, on 4 all implementations are shown equally accurate, on 1 some are shown to differ, on 0 there"
    )
    assert insights.accuracy[0].endswith("of 5 that do not differ, up to 0.2 seem to by chance.")

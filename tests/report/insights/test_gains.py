"""What is said of networks beside baselines, and beside one another."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.records.results import Record
from report.insights.gains import gain_sentences
from report.runs.reading import Run, read_run
from report.tables.accuracy import accuracy_rows
from report.tables.comparisons import comparison_rows
from tests.report.sample_runs import accuracy, write_run
from tests.report.sequence_runs import EXAMPLES, SEQUENCE_TASKS, baseline, network

SEEDS = (0, 1, 2)


def _run(directory: Path, records: Sequence[Record]) -> Run:
    return read_run(write_run(directory, records, tasks=SEQUENCE_TASKS))


def _gains(run: Run) -> list[str]:
    return list(gain_sentences(comparison_rows([run]), accuracy_rows([run])))


def _names(label: str, level: float, noise: float = 0.0002) -> Record:
    values = [level - noise, level + noise / 3, level + noise]
    return accuracy(network("names", label, "numpy"), values, seeds=SEEDS, examples=EXAMPLES)


def _bible(label: str, bits: float) -> Record:
    return accuracy(network("bible", label, "numpy"), [bits], "bits_per_character", examples=EXAMPLES)


@pytest.mark.parametrize(
    ("metric", "task", "expected"), [("accuracy", "names", "high"), ("bits_per_character", "bible", "low")]
)
def test_best_baseline_follows_the_metric_s_direction(tmp_path: Path, metric: str, task: str, expected: str) -> None:
    run = _run(tmp_path, [baseline(task, label, [value], metric) for label, value in (("low", 0.5), ("high", 0.9))])
    best = run.best_baselines.get(task)
    assert best is not None
    assert (best.cell.architecture, best.among) == (expected, 2)


def test_networks_are_compared_with_the_best_baseline_alone(tmp_path: Path) -> None:
    records = [
        baseline("names", label, [value] * 3, "accuracy", SEEDS) for label, value in (("bag", 0.67), ("no", 0.5))
    ]
    rows = comparison_rows([_run(tmp_path, [*records, _names("lstm", 0.87), _names("mlp", 0.85)])])
    assert [(row.question, row.architecture_a, row.architecture_b) for row in rows] == [
        ("architectures", "mlp", "lstm"),
        ("baseline", "mlp", "bag"),
        ("baseline", "lstm", "bag"),
    ]


def test_verdicts_by_test(tmp_path: Path) -> None:
    records = [_names("lstm", 0.87), _names("rnn", 0.84, noise=0.0004), _names("mlp", 0.859, noise=0.02)]
    records.append(baseline("names", "bag", [0.8598, 0.8601, 0.8602], "accuracy", SEEDS))
    beside, ranking = _gains(_run(tmp_path, records))
    assert beside.startswith(
        "On names (numpy), beside bag, the baseline (accuracy 86.00 %): ahead: LSTM (+0.999 points, "
    )
    assert "; behind: RNN (-2.00 points, 95 % interval " in beside
    assert "; no significant difference: MLP (" in beside
    assert ranking.startswith("On names (numpy), LSTM has the highest accuracy of 3 networks, 87.00 %; ")
    assert "no significant difference: MLP (" in ranking
    assert "ahead: RNN (+3.00 points" in ranking
    written = re.findall(r"\(([+-][\d.]+) points, 95 % interval ([+-][\d.]+) to ([+-][\d.]+), adjusted p", ranking)
    assert len(written) == 2
    for each in written:
        mean, low, high = map(float, each)
        last_digit = 10.0 ** -len(each[0].partition(".")[2])  # all three are rounded to it
        assert low < mean < high
        assert mean - low == pytest.approx(high - mean, abs=1.01 * last_digit), "turned with its bounds"


def test_lower_is_better_where_it_is(tmp_path: Path) -> None:
    networks = [
        accuracy(network("bible", label, "numpy"), values, "bits_per_character", seeds=SEEDS, examples=EXAMPLES)
        for label, values in (("lstm", [1.90, 1.91, 1.905]), ("gru", [2.50, 2.51, 2.515]))
    ]
    run = _run(tmp_path, [*networks, baseline("bible", "6-gram", [2.3], "bits_per_character")])
    beside, ranking = _gains(run)
    assert "ahead: LSTM (-0.395, " in beside
    assert "behind: GRU (+0.208, " in beside
    assert "LSTM has the lowest bits per character of 2 networks, 1.905; " in ranking
    assert "ahead: GRU (-0.603, " in ranking


def test_one_training_each_claims_nothing(tmp_path: Path) -> None:
    records = [_bible("mlp", 2.4), _bible("lstm", 1.9), baseline("bible", "6-gram", [2.3], "bits_per_character")]
    run = _run(tmp_path, records)
    beside, ranking = _gains(run)
    assert "without a test, as each was trained once: MLP (+0.1000) and LSTM (-0.4000)." in beside
    assert "without a test" in ranking
    assert not any(word in " ".join((beside, ranking)) for word in ("ahead:", "behind", " p "))

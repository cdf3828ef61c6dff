"""The tests of pairs against statsmodels, against baycomp's figures, and against the model they are derived from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from benchmarks.records.results import AccuracyResult, Record
from report.runs.reading import read_run
from report.statistics.paired import ALPHA, PairedTest, corrected_paired_test
from report.tables.comparisons import comparison_rows
from tests.report.sample_runs import accuracy, place, write_run

#: Differences of two classifiers on ten folds.
DIFFERENCES = [0.012, -0.004, 0.021, 0.008, -0.011, 0.015, 0.003, 0.019, -0.002, 0.009]
NOTHING = [0.0] * len(DIFFERENCES)

#: What baycomp 1.0.3 says of them: half-width of the region of practical equivalence -> probability of the difference
#: lying on either side of it, by `CorrelatedTTest(differences, zeros, rope=…).probs()`.
BAYCOMP = [
    (0.0, 0.9112502274991243, 0.08874977250087568),
    (0.005, 0.6571262207619883, 0.016710992767007493),
    (0.02, 0.011862687179842584, 0.00015821925859993424),
]

#: Splits and test examples for each training example: three seeds of five folds, three drawn test parts, ten folds.
DESIGNS = [(15, 1 / 4), (3, 7_000 / 28_104), (10, 1 / 9), (3, 0.0)]
DRAWS = 3_000


@pytest.mark.parametrize("margin", [0.005, 0.02])
def test_equivalence_of_independent_splits_is_that_of_statsmodels(margin: float) -> None:
    tested = corrected_paired_test(DIFFERENCES, NOTHING, 0.0, margin)
    expected, _, _ = ttost_paired(np.array(DIFFERENCES), np.zeros(10), -margin, margin)
    assert tested.p_equivalence == pytest.approx(float(expected))


@pytest.mark.parametrize(("rope", "left", "right"), BAYCOMP)
def test_the_tails_are_those_of_baycomp(rope: float, left: float, right: float) -> None:
    """With a flat prior the tails of the posterior are one-sided p-values.

    Corani & Benavoli (2015), "A Bayesian approach for comparing cross-validated algorithms", Machine Learning 100.
    """
    tested = corrected_paired_test(DIFFERENCES, NOTHING, test_to_train=1 / 9, margin=rope or None)
    if rope:
        assert tested.p_equivalence == pytest.approx(max(left, right), abs=1e-12)
    else:
        assert tested.p_difference == pytest.approx(2 * min(left, right), abs=1e-12)


def draws(splits: int, test_to_train: float, mean: float, use: Callable[[PairedTest], float]) -> list[float]:
    """What `use` makes of the test, on many cross-validations of Nadeau & Bengio's model.

    The splits' results have equal variance, here 1, and the same correlation, n_test / (n_test + n_train), which a
    value common to all splits brings about.
    """
    correlation = test_to_train / (1 + test_to_train)
    generator = np.random.default_rng(11)
    common = np.sqrt(correlation) * generator.normal(size=(DRAWS, 1))
    own = np.sqrt(1 - correlation) * generator.normal(size=(DRAWS, splits))
    none = [0.0] * splits
    return [use(corrected_paired_test(row.tolist(), none, test_to_train, margin=3.0)) for row in mean + common + own]


@pytest.mark.parametrize(("splits", "test_to_train"), DESIGNS)
def test_p_values_are_uniform_where_nothing_differs(splits: int, test_to_train: float) -> None:
    p_values = draws(splits, test_to_train, 0.0, lambda test: test.p_difference)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@pytest.mark.parametrize(("splits", "test_to_train"), DESIGNS)
def test_the_interval_holds_the_difference_in_95_of_100(splits: int, test_to_train: float) -> None:
    covered = draws(splits, test_to_train, 1.0, lambda test: test.low <= 1.0 <= test.high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)  # three standard errors of 3,000 draws


@pytest.mark.parametrize(("splits", "test_to_train"), DESIGNS)
def test_differences_as_large_as_the_margin_are_seldom_called_equivalent(splits: int, test_to_train: float) -> None:
    called = draws(splits, test_to_train, 3.0, lambda test: (test.p_equivalence or 0.0) < ALPHA)
    assert np.mean(called) <= ALPHA + 0.012


def test_without_the_correction_folds_would_be_called_different_far_too_often() -> None:
    """What the correction is for: three seeds of five folds, tested as if they were independent."""
    correlation, generator = 0.2, np.random.default_rng(11)
    rows = np.sqrt(correlation) * generator.normal(size=(500, 1)) + np.sqrt(0.8) * generator.normal(size=(500, 15))
    plain = [corrected_paired_test(row.tolist(), [0.0] * 15, 0.0, None).p_difference < ALPHA for row in rows]
    assert np.mean(plain) > 0.3


@pytest.mark.parametrize("seeds", [(0, 1, 2), (0,)])
def test_pairs_are_of_one_seed_and_fold_in_whatever_order(tmp_path: Path, seeds: tuple[int, ...]) -> None:
    values = [0.91, 0.93, 0.92, 0.95, 0.90][: 5 if len(seeds) == 1 else 3]
    first = accuracy(place("digits", "mlp", "numpy"), [value + 0.01 for value in values], seeds=seeds)
    second = accuracy(place("digits", "mlp", "torch"), values, seeds=seeds)
    (row,) = comparison_rows([read_run(write_run(tmp_path, [first, turned_round(second)]))])
    assert (row.difference, row.ci_low, row.ci_high) == pytest.approx((0.01, 0.01, 0.01))


def turned_round(record: Record) -> Record:
    """The record with its splits in the opposite order."""
    assert isinstance(record.result, AccuracyResult)
    return record.model_copy(update={"result": record.result.model_copy(update={"splits": record.result.splits[::-1]})})

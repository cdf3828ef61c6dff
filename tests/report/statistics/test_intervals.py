import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from report.statistics.intervals import lone, mean_of, one_proportion, over_folds, over_seeds, spread, variance_factor

VALUES = [0.91, 0.93, 0.92, 0.95, 0.90]


def test_interval_over_folds_is_the_formula_of_nadeau_and_bengio() -> None:
    estimate = over_folds(VALUES, test_to_train=1 / 4)
    variance = np.var(VALUES, ddof=1) * (1 / 5 + 1 / 4)
    half = 2.7764451051977987 * math.sqrt(variance)  # t(0.975) at 4 degrees of freedom, from a printed table
    assert estimate.mean == pytest.approx(0.922)
    assert estimate.std == pytest.approx(np.std(VALUES, ddof=1))
    assert (estimate.low, estimate.high) == pytest.approx((0.922 - half, 0.922 + half))


def test_interval_over_seeds_is_student_s() -> None:
    estimate = over_seeds(VALUES)
    expected = stats.ttest_1samp(VALUES, 0.0).confidence_interval(0.95)
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))


def test_correction_widens_the_interval_of_five_folds_by_three_halves() -> None:
    corrected, plain = over_folds(VALUES, 1 / 4), over_seeds(VALUES)
    assert corrected.high is not None
    assert plain.high is not None
    assert (corrected.high - corrected.mean) / (plain.high - plain.mean) == pytest.approx(math.sqrt(1 + 5 / 4))


def test_wilson_interval_of_a_textbook_example() -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662."""
    estimate = one_proportion(81 / 263, 263)
    assert (estimate.low, estimate.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert estimate.std is None


def test_one_value_has_neither_deviation_nor_interval() -> None:
    assert over_folds([0.9], 0.25) == lone(0.9)
    assert over_seeds([0.9]).method == ""


@given(st.floats(-1e6, 1e6), st.integers(2, 12))
def test_equal_values_have_exactly_no_spread(value: float, count: int) -> None:
    estimate = over_folds([value] * count, 0.25)
    assert (estimate.mean, estimate.std, estimate.low, estimate.high) == (value, 0.0, value, value)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20))
def test_mean_and_spread_are_numpy_s(values: list[float]) -> None:
    assert mean_of(values) == pytest.approx(np.mean(values), abs=1e-9)
    assert spread(values) == pytest.approx(np.std(values, ddof=1), abs=1e-9)


def test_variance_factor() -> None:
    assert variance_factor(10, 1 / 9) == pytest.approx(1 / 10 + 1 / 9)


@pytest.mark.parametrize(("right", "examples"), [(0, 10), (10, 10), (81, 263), (9_912, 10_000)])
def test_wilson_interval_is_that_of_statsmodels(right: int, examples: int) -> None:
    expected = proportion_confint(right, examples, alpha=0.05, method="wilson")
    estimate = one_proportion(right / examples, examples)
    assert (estimate.low, estimate.high) == pytest.approx(expected, abs=1e-12)

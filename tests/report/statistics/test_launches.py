import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from report.statistics.launches import duration, log_ratio, paired_ratio, turns_of, unpaired_ratio


def test_duration_over_launches_is_t_on_logarithms_of_medians() -> None:
    estimate = duration({0: [1.0, 2.0, 9.0], 1: [3.0, 2.2, 1.0], 2: [2.6]})
    expected = stats.ttest_1samp(np.log([2.0, 2.2, 2.6]), 0.0).confidence_interval(0.95)
    assert estimate.median == 2.2
    assert (estimate.low, estimate.high) == pytest.approx((math.exp(expected.low), math.exp(expected.high)))
    assert estimate.method == "t over launches"


def test_duration_of_one_launch_is_bounded_by_order_statistics() -> None:
    """Ten rounds: the second and the ninth enclose the median with 97.9 % (Conover 1999, binomial table)."""
    estimate = duration({4: [float(value) for value in (5, 3, 9, 1, 7, 10, 2, 8, 6, 4)]})
    assert (estimate.median, estimate.low, estimate.high) == (5.5, 2.0, 9.0)
    assert estimate.method == "rounds of one launch"


def test_duration_of_few_rounds_has_no_interval() -> None:
    estimate = duration({0: [1.0, 2.0, 3.0]})
    assert (estimate.median, estimate.low, estimate.high, estimate.method) == (2.0, None, None, "")


@given(st.lists(st.floats(1e-6, 1e3), min_size=2, max_size=12))
def test_interval_always_holds_the_median(medians: list[float]) -> None:
    estimate = duration({launch: [value] for launch, value in enumerate(medians)})
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low <= estimate.median <= estimate.high


def test_skewed_launches_would_leave_the_median_out_of_the_interval() -> None:
    estimate = duration({launch: [1.0 if launch < 6 else 2.0] for launch in range(10)})
    assert (estimate.median, estimate.low) == (1.0, 1.0)


@pytest.mark.parametrize("rounds", [1, 5, 6, 7, 20, 101])
def test_interval_of_a_single_launch_is_that_of_scipy(rounds: int) -> None:
    samples = list(np.random.default_rng(rounds).exponential(size=rounds))
    expected = stats.quantile_test(samples, p=0.5).confidence_interval(0.95)
    estimate = duration({0: samples})
    if math.isnan(expected.low) or math.isnan(expected.high):
        assert (estimate.low, estimate.high) == (None, None)
    else:
        assert (estimate.low, estimate.high) == (expected.low, expected.high)


def test_ratio_over_launches_is_t_on_logarithms() -> None:
    estimate = paired_ratio(np.log([2.0, 2.1, 2.0]).tolist())
    expected = stats.ttest_1samp(np.log([2.0, 2.1, 2.0]), 0.0)
    interval = expected.confidence_interval(0.95)
    assert estimate is not None
    assert estimate.value == pytest.approx((2.0 * 2.1 * 2.0) ** (1 / 3))
    assert (estimate.low, estimate.high) == pytest.approx((math.exp(interval.low), math.exp(interval.high)))
    assert estimate.p_value == pytest.approx(expected.pvalue)


def test_ratio_to_itself_is_exactly_one() -> None:
    estimate = paired_ratio([log_ratio([0.3, 0.4], [0.3, 0.4]), log_ratio([0.7], [0.7])])
    assert estimate is not None
    assert (estimate.value, estimate.low, estimate.high, estimate.p_value) == (1.0, 1.0, 1.0, 1.0)


def test_one_launch_gives_no_interval_and_none_no_ratio() -> None:
    single = paired_ratio([log_ratio([3.0], [2.0])])
    assert single is not None
    assert single.value == pytest.approx(1.5)
    assert (single.low, single.p_value) == (None, None)
    assert paired_ratio([]) is None


def test_a_launch_s_ratio_is_paired_by_turn() -> None:
    """The machine is slow in other turns of the two medians; side by side one is twice the other in every turn."""
    slow = np.array([3, 3, 3, 3, 1, 1, 1, 1, 1, 1], np.float64)
    ours, theirs = np.repeat(2 * slow, 3).tolist(), np.repeat(slow, 8).tolist()
    assert turns_of(ours) == (2 * slow).tolist(), "rounds of one turn count as one"
    assert math.exp(log_ratio(ours, theirs)) == pytest.approx(2)
    few = (2 * slow[:7]).tolist()  # long rounds, a turn each: the last turns have no partner
    assert math.exp(log_ratio(few, theirs)) == pytest.approx(2)
    assert np.median(few) / np.median(theirs) == 6, "which medians over all rounds do not show"


def test_ratio_between_runs_is_welch_s() -> None:
    first, second = [1.0, 1.1, 1.3], [2.0, 2.5]
    estimate = unpaired_ratio(first, second)
    expected = stats.ttest_ind(np.log(first), np.log(second), equal_var=False).confidence_interval(0.95)
    assert estimate.value == pytest.approx(math.exp(np.log(first).mean() - np.log(second).mean()))
    assert (estimate.low, estimate.high) == pytest.approx((math.exp(expected.low), math.exp(expected.high)))
    assert unpaired_ratio([1.0], [2.0]).low is None

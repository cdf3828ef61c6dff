import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from report.statistics.paired import corrected_paired_test, holm

FIRST = [0.912, 0.934, 0.921, 0.953, 0.905]
SECOND = [0.910, 0.930, 0.925, 0.950, 0.901]


def test_published_example() -> None:
    """scikit-learn's "Statistical comparison of models using grid search": t 0.750, one-sided p 0.227."""
    inputs, targets = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=kernel, random_state=0), inputs, targets, cv=folds, scoring="roc_auc")
        for kernel in ("rbf", "linear")
    )
    tested = corrected_paired_test(list(rbf), list(linear), test_to_train=1 / 9, margin=None)
    assert tested.p_difference / 2 == pytest.approx(0.227, abs=5e-4)
    error = (tested.high - tested.low) / 2 / stats.t.ppf(0.975, 99)
    assert tested.difference / error == pytest.approx(0.750, abs=5e-4)


def test_without_correction_it_is_the_paired_t_test() -> None:
    tested = corrected_paired_test(FIRST, SECOND, test_to_train=0.0, margin=None)
    expected = stats.ttest_rel(FIRST, SECOND)
    interval = expected.confidence_interval(0.95)
    assert tested.p_difference == pytest.approx(expected.pvalue)
    assert (tested.low, tested.high) == pytest.approx((interval.low, interval.high))
    assert tested.p_equivalence is None


def test_equivalence_is_the_worse_of_two_one_sided_tests() -> None:
    margin, ratio = 0.005, 0.25
    tested = corrected_paired_test(FIRST, SECOND, ratio, margin)
    differences = np.subtract(FIRST, SECOND)
    error = np.sqrt(np.var(differences, ddof=1) * (1 / 5 + ratio))
    lower = stats.t.sf((differences.mean() + margin) / error, 4)
    upper = stats.t.cdf((differences.mean() - margin) / error, 4)
    assert tested.p_equivalence == pytest.approx(max(lower, upper))
    assert upper > lower


@pytest.mark.parametrize(
    ("shift", "p_difference", "p_equivalence", "identical"),
    [(0.0, 1.0, 0.0, True), (0.25, 0.0, 0.0, False), (0.5, 0.0, 1.0, False), (0.75, 0.0, 1.0, False)],
)
def test_differences_without_variance_are_judged_exactly(
    shift: float, p_difference: float, p_equivalence: float, identical: bool
) -> None:
    first = [0.5, 0.25, 0.75]
    tested = corrected_paired_test([value + shift for value in first], first, 0.5, margin=0.5)
    assert (tested.difference, tested.low, tested.high) == (shift, shift, shift)
    assert (tested.p_difference, tested.p_equivalence, tested.identical) == (p_difference, p_equivalence, identical)


def test_different_values_with_the_same_mean_are_not_identical() -> None:
    assert not corrected_paired_test([0.25, 0.75], [0.75, 0.25], 0.0, 0.1).identical


def test_holm_s_adjustment_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_holm_is_that_of_statsmodels() -> None:
    """With ties, and with steps that pass 1."""
    p_values = np.random.default_rng(3).choice([0.0, 0.001, 0.002, 0.01, 0.2, 0.9, 1.0], 40).tolist()
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist(), rel=1e-12)


@pytest.mark.parametrize("splits", [3, 5, 10])
def test_detectable_difference_is_that_of_statsmodels(splits: int) -> None:
    differences = [0.01 * (-1) ** index + 0.001 * index for index in range(splits)]
    test = corrected_paired_test(differences, [0.0] * splits, test_to_train=0.0, margin=None)
    standardized = TTestPower().solve_power(nobs=splits, alpha=0.05, power=0.8)
    assert test.detectable == pytest.approx(float(standardized) * float(np.std(differences, ddof=1)), rel=1e-4)


def test_detectable_difference_grows_with_the_overlap_of_the_training_parts() -> None:
    plain, corrected = (corrected_paired_test([0.1, 0.3, 0.2], [0.0] * 3, ratio, None) for ratio in (0.0, 0.25))
    assert corrected.detectable == pytest.approx(plain.detectable * ((1 / 3 + 0.25) / (1 / 3)) ** 0.5)

"""E-values and intervals: their error rates hold while one looks after every pair, whatever the noise is like."""

import math

import numpy as np
import pytest

from benchmarks.gate.evidence import corrected, estimate, evidence, lower_bound, upper_bound


def drifting(generator: np.random.Generator, pairs: int) -> list[float]:
    """Magnitudes that grow, jump and depend on each other, with signs by a fair coin."""
    magnitudes = np.abs(np.cumsum(0.02 * generator.standard_normal(pairs))) * generator.choice([1, 20], pairs)
    return list(magnitudes * generator.choice([-1.0, 1.0], pairs))


def test_an_unchanged_figure_rarely_reaches_the_level_at_any_look() -> None:
    generator = np.random.default_rng(0)
    crossings = 0
    for _ in range(300):
        logs = drifting(generator, 25)
        crossings += any(evidence(logs[:count]) >= 10 for count in range(1, 26))
    # 10 % at most, plus three standard deviations of 300 trials.
    assert crossings <= 300 * 0.1 + 3 * math.sqrt(300 * 0.1 * 0.9)


def test_the_interval_holds_the_ratio_at_every_look() -> None:
    generator = np.random.default_rng(1)
    missed = 0
    for _ in range(40):
        logs = [value + 0.04 for value in drifting(generator, 20)]
        for count in range(5, 21, 3):
            low, high = lower_bound(logs[:count], 0.05), upper_bound(logs[:count], 0.05)
            if (low is not None and low > 0.04) or (high is not None and high < 0.04):
                missed += 1
                break
    assert missed <= 4 + 3 * math.sqrt(40 * 0.1 * 0.9)


def test_a_pair_doubles_the_evidence_at_most() -> None:
    assert evidence([]) == pytest.approx(1.0)
    for count in (1, 5, 10):
        assert evidence([1.0] * count) == pytest.approx(2**count, rel=1e-6)
        assert evidence([-1.0] * count) < 1e-3


def test_few_pairs_have_no_interval() -> None:
    assert upper_bound([0.0] * 4, 0.05) is None
    assert upper_bound([0.0] * 6, 0.05) is not None


def test_an_outlier_moves_the_estimate_little() -> None:
    assert abs(estimate([0.01, 0.012, 0.009, 0.011, 3.0]) - 0.011) < 0.005


def test_one_of_many_needs_more_evidence_than_all_together() -> None:
    lone = corrected({"a": 100.0, **{str(number): 0.0 for number in range(9)}})
    assert lone["a"] == pytest.approx(10.0)
    together = corrected({str(number): 100.0 for number in range(10)})
    assert together["0"] == pytest.approx(100.0)
    assert corrected({"a": 5.0}) == {"a": 5.0}

"""Two results on the same splits: are they different, and are they equivalent?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

from report.statistics.intervals import mean_of, spread, t_interval, variance_factor

#: Error probability of every claim.
ALPHA = 0.05
#: Probability with which a difference that is there should be detected.
POWER = 0.8


@dataclass(frozen=True)
class PairedTest:
    """The mean difference of paired results, with the test of difference and, given a margin, that of equivalence."""

    difference: float
    low: float
    high: float
    #: Two-sided, of the hypothesis that the mean difference is 0.
    p_difference: float
    #: Of the hypothesis that the mean difference is at least the margin, in either direction; None without one.
    p_equivalence: float | None
    #: All differences are exactly 0.
    identical: bool
    #: The smallest true difference that a test on so varied splits detects with 80 % power, before any adjustment.
    detectable: float


def corrected_paired_test(
    first: Sequence[float], second: Sequence[float], test_to_train: float, margin: float | None
) -> PairedTest:
    """Corrected resampled t-test of `first` - `second`, and two one-sided tests of |difference| < `margin`.

    Nadeau & Bengio (2003) for the variance, Schuirmann (1987), "A comparison of the two one-sided tests procedure
    and the power approach", for the equivalence: its p is the larger one of the two. Differences that are all the
    same have no variance; the tests take their limits then: p is 0 for what is so, and 1 for what is not.

    Args:
        first, second: one value a split, in the same order, at least two.
        test_to_train: test examples for each training example; 0 for independent splits.
        margin: positive, in the values' unit.
    """
    differences = [one - other for one, other in zip(first, second, strict=True)]
    splits = len(differences)
    mean, std = mean_of(differences), spread(differences)
    factor = variance_factor(splits, test_to_train)
    low, high = t_interval(mean, std, splits, factor)
    error = std * math.sqrt(factor)
    p_equivalence = None
    if margin is not None:
        p_equivalence = max(_p_above(mean + margin, error, splits), _p_above(margin - mean, error, splits))
    return PairedTest(
        difference=mean,
        low=low,
        high=high,
        p_difference=min(1.0, 2 * _p_above(abs(mean), error, splits)),
        p_equivalence=p_equivalence,
        identical=all(difference == 0 for difference in differences),
        detectable=error * _detectable_errors(splits),
    )


@cache
def _detectable_errors(splits: int) -> float:
    """How many standard errors a true difference must have to be detected with the power wanted.

    The noncentral t distribution's parameter at which the two-sided test at α = 0.05 rejects with that probability
    (Cohen 1988, "Statistical power analysis", chapter 2), its far tail left out.
    """
    critical = float(special.stdtrit(splits - 1, 1 - ALPHA / 2))
    return float(special.nctdtrinc(splits - 1, 1 - POWER, critical))


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values of a family of tests, adjusted by Holm (1979), Scandinavian Journal of Statistics 6.

    Whoever claims what has an adjusted p below α errs anywhere in the family with a probability below α. (statsmodels'
    `multipletests` gives the same, but collects garbage at every call: minutes for a report of many networks.)
    """
    ordered = np.argsort(p_values)
    stepped = np.asarray(p_values, np.float64)[ordered] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[ordered] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return [float(p) for p in adjusted]


def _p_above(excess: float, error: float, splits: int) -> float:
    """One-sided p of a mean that is `excess` above the hypothesis, with its standard error."""
    if error == 0:
        return 0.0 if excess > 0 else 1.0
    return float(special.stdtr(splits - 1, -excess / error))

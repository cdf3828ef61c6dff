"""Means with their 95 % intervals, for splits of cross-validation, for seeds, and for a single test part."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean, its spread over splits (ddof = 1) and its interval; None where the splits are too few to tell."""

    mean: float
    std: float | None
    low: float | None
    high: float | None
    #: How the interval was made, as tables say it; empty without one.
    method: str


def variance_factor(splits: int, test_to_train: float) -> float:
    """What the variance over splits is multiplied by to get the variance of their mean: 1/J + n_test/n_train.

    Training parts of cross-validation overlap, so the splits' results are correlated and 1/J alone is too small.
    Nadeau & Bengio (2003), "Inference for the generalization error", Machine Learning 52, equation 9. A
    `test_to_train` of 0 gives the plain t statistics of independent splits.
    """
    return 1 / splits + test_to_train


def t_interval(mean: float, std: float, splits: int, factor: float) -> tuple[float, float]:
    """Student's t interval with J - 1 degrees of freedom around a mean whose variance is `std`² × `factor`."""
    half = float(special.stdtrit(splits - 1, (1 + CONFIDENCE) / 2)) * std * math.sqrt(factor)
    return mean - half, mean + half


def over_folds(values: Sequence[float], test_to_train: float) -> Estimate:
    """Mean over all splits of a cross-validation, interval by the corrected resampled t."""
    return _with_t(values, test_to_train, "corrected resampled t")


def over_seeds(values: Sequence[float]) -> Estimate:
    """Mean over trainings that differ by their seed alone, on one published test part.

    The plain t interval says how the mean would vary with other seeds, not with other test examples.
    """
    return _with_t(values, 0.0, "t over seeds")


def one_proportion(value: float, examples: int) -> Estimate:
    """A single training's share of right answers on `examples` test examples: Wilson's score interval.

    Wilson (1927); Brown, Cai & DasGupta (2001), "Interval estimation for a binomial proportion".
    """
    right = round(value * examples)
    quantile = float(special.ndtri((1 + CONFIDENCE) / 2))
    share, weight = right / examples, quantile**2 / examples
    middle = (share + weight / 2) / (1 + weight)
    half = quantile * math.sqrt(share * (1 - share) / examples + weight / (4 * examples)) / (1 + weight)
    return Estimate(value, None, middle - half, middle + half, "Wilson")


def lone(value: float) -> Estimate:
    """A single value about whose spread nothing is known."""
    return Estimate(value, None, None, None, "")


def spread(values: Sequence[float]) -> float:
    """Standard deviation with ddof = 1; exactly 0 for values that are all the same."""
    if min(values) == max(values):
        return 0.0
    mean = mean_of(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def mean_of(values: Sequence[float]) -> float:
    """Mean, exactly the common value of values that are all the same."""
    return values[0] if min(values) == max(values) else math.fsum(values) / len(values)


def _with_t(values: Sequence[float], test_to_train: float, method: str) -> Estimate:
    if len(values) < 2:
        return lone(values[0])
    mean, std = mean_of(values), spread(values)
    low, high = t_interval(mean, std, len(values), variance_factor(len(values), test_to_train))
    return Estimate(mean, std, low, high, method)

"""What networks for series have to beat: the nearest series of the training part, and linear models of summaries."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.tasks.base import EstimatorFactory, Fitted
from benchmarks.tasks.baselines.estimators import Estimator, logistic_regression, ridge_regression
from benchmarks.tasks.split import Split
from impls import Array

#: Pairs of series that are aligned at once: bounds the memory.
PAIRS_AT_ONCE = 20_000


@dataclass(frozen=True)
class NearestSeries:
    """The class, or the number, of the training series that is nearest to each test series; of several the first's."""

    #: Step by step (Euclid), or after dynamic time warping (Sakoe & Chiba 1978).
    distance: Literal["Euclid", "time warping"] = "Euclid"
    #: Steps, as a share of the length, by which warping may move one series against the other.
    window: float = 0.1
    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        train, test = split.train_inputs, split.test_inputs
        distances = _euclid(test, train) if self.distance == "Euclid" else warped(test, train, self.window)
        targets = split.train_targets[distances.argmin(axis=1)]
        if targets.ndim == 2:
            return Fitted(targets, None)
        classes = 1 + int(max(split.train_targets.max(), split.test_targets.max()))
        votes = 1.0 + (targets[:, np.newaxis] == np.arange(classes))  # Laplace's rule: one vote is no certainty
        return Fitted(np.log(votes / votes.sum(axis=1, keepdims=True)), None)


@dataclass(frozen=True)
class SummaryEstimator:
    """A scikit-learn estimator on each channel's mean, deviation, least, largest, first and last value, and slope."""

    make: EstimatorFactory
    implementation: str = "scikit-learn"

    def settings(self) -> str:
        return f"summaries, {self.make()!r}"

    def run(self, split: Split) -> Fitted:
        train, test = summaries(split.train_inputs), summaries(split.test_inputs)
        mean, deviation = train.mean(axis=0), train.std(axis=0)
        deviation[deviation == 0] = 1.0
        scaled = split._replace(train_inputs=(train - mean) / deviation, test_inputs=(test - mean) / deviation)
        return Estimator(self.make).run(scaled)


def summaries(series: Array) -> Array:
    """(examples, 7 · channels) of series (examples, steps, channels)."""
    steps = np.arange(series.shape[1]) - (series.shape[1] - 1) / 2
    slope = np.einsum("t,ntc->nc", steps, series) / max(float(steps @ steps), 1.0)
    parts = (series.mean(1), series.std(1), series.min(1), series.max(1), series[:, 0], series[:, -1], slope)
    return np.concatenate(parts, axis=1)


def warped(test: Array, train: Array, window: float) -> Array:
    """Squared distances (test, train) after dynamic time warping of all channels together.

    d(i, j) = |a_i - b_j|² + min(d(i-1, j), d(i, j-1), d(i-1, j-1)), for |i - j| ≤ window · steps.
    """
    steps = train.shape[1]
    width = max(1, round(window * steps))
    at_once = max(1, PAIRS_AT_ONCE // len(train))
    parts = [_warped(test[start : start + at_once], train, steps, width) for start in range(0, len(test), at_once)]
    return np.concatenate(parts)


def _warped(test: Array, train: Array, steps: int, width: int) -> Array:
    # The steps of b, and of a path, come first: all pairs are then one contiguous block.
    a, b = test.astype(np.float64), train.astype(np.float64)
    pairs = (len(a), len(b))
    before = np.full((steps + 1, *pairs), np.inf)
    before[0] = 0.0
    for i in range(steps):
        now = np.full_like(before, np.inf)
        for j in range(max(0, i - width), min(steps, i + width + 1)):
            cost = ((a[:, np.newaxis, i] - b[np.newaxis, :, j]) ** 2).sum(axis=2)
            now[j + 1] = cost + np.minimum(np.minimum(before[j + 1], now[j]), before[j])
        before = now
    distances: Array = before[steps]
    return distances


def _euclid(test: Array, train: Array) -> Array:
    from scipy.spatial.distance import cdist

    a, b = (part.reshape(len(part), -1).astype(np.float64) for part in (test, train))
    return cdist(a, b, "sqeuclidean")


NEAREST, NEAREST_WARPED = NearestSeries(), NearestSeries("time warping")
SUMMARY_CLASSIFIER, SUMMARY_REGRESSION = SummaryEstimator(logistic_regression), SummaryEstimator(ridge_regression)

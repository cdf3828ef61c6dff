"""A claim over all its places together: the mean over them, each counting the same.

The mean is one over the very places that were tested (a fixed effect): it says nothing of others, and no more places
make it say more of data that nobody tried. It is known better than each of them. Gains are taken in smallest effects
worth mentioning, which makes metrics comparable. Places of one data set are not independent (they share splits), so
that their standard errors are added as if they were all alike; those of different data sets are independent. The
degrees of freedom are Satterthwaite's (1946), Biometrics Bulletin 2.

One place with a large gain would carry a mean of any number of places where nothing is gained. So the mean decides only
what it decides without any single one of them too (of several data sets, without any single data set): what it says
has to be so of the others. Each of these means is tested at the same level; as all have to agree, none is adjusted
(Berger 1982).

Only where each place has one contrast: to pick the best of several by their results would favour it. And only of claims
that something is ahead. Differences in one direction and in the other would make a mean of none, so that equality has
to be shown place by place; and over enough places, "no worse" would be supported even by networks that have learned
nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from impls.protocol import Array
from report.claims.base import Contrast
from report.statistics.intervals import CONFIDENCE
from report.statistics.paired import ALPHA, corrected_paired_test
from report.text.formatting import between_rounded, rounded_by


@dataclass(frozen=True)
class Mean:
    """A mean over places, in smallest effects worth mentioning."""

    value: float
    low: float
    high: float
    #: One-sided: of a mean of 0, and of one worth mentioning.
    p_for: float
    p_against: float

    @property
    def text(self) -> str:
        """`1.8 (1.2 to 2.4)`."""
        return f"{rounded_by(self.value, self.low, self.high)} ({between_rounded(self.low, self.high)})"


@dataclass(frozen=True)
class Pooled:
    """The mean gain over all places, and without what speaks most for it, and against it."""

    places: int
    all: Mean
    #: Without the place, or data set, whose absence leaves the claim worst off, and best off; with its name.
    least: Mean
    without_for: str
    most: Mean
    without_against: str

    @property
    def text(self) -> str:
        """`in the mean 1.8 (1.2 to 2.4) times the smallest effect worth mentioning, without digits 1.1 (0.2 to 2.0)`.

        The part without one is the one that speaks against what the mean itself came out as.
        """
        without, mean = self.without_for, self.least
        if self._refutes(self.all):
            without, mean = self.without_against, self.most
        return f"in the mean {self.all.text} times the smallest effect worth mentioning, without {without} {mean.text}"

    @property
    def holds(self) -> bool:
        """Whether it is shown to be above 0, with or without any one, and is large enough to be worth mentioning."""
        return self.all.value >= 1.0 and all(each.p_for < ALPHA / 2 for each in (self.all, self.least))

    @property
    def fails(self) -> bool:
        """Whether it is shown to be too small to be worth mentioning, with or without any one."""
        return self._refutes(self.all) and self._refutes(self.most)

    @staticmethod
    def _refutes(mean: Mean) -> bool:
        return mean.p_against < ALPHA / 2


def pooled(contrasts: Sequence[Contrast]) -> Pooled | None:
    """The mean over places; None for one place, and for several contrasts at one.

    Args:
        contrasts: with repetitions enough for a test, of a claim that the first of each is ahead.
    """
    if len(contrasts) < 2 or len({each.place for each in contrasts}) < len(contrasts):
        return None
    if not all(each.smallest > 0 for each in contrasts):
        return None
    data = [each.data for each in contrasts]
    names = data if len(set(data)) > 1 else [each.place for each in contrasts]
    scaled = np.array([_scaled(each) for each in contrasts])
    sets, places = _numbers(data), _numbers(names)
    without = {
        name: _mean(scaled[places != number], sets[places != number])
        for name, number in zip(names, places, strict=True)
    }
    for_it = max(without, key=lambda name: without[name].p_for)
    against = max(without, key=lambda name: without[name].p_against)
    return Pooled(len(contrasts), _mean(scaled, sets), without[for_it], for_it, without[against], against)


def _numbers(names: Sequence[str]) -> Array:
    """For each name its number, in the order in which they come first."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names])


def _mean(places: Array, sets: Array) -> Mean:
    """Over rows of gain, standard error and degrees of freedom, each of the data set of this number."""
    gains, errors, degrees = places.T
    count, value = len(gains), float(np.mean(gains))
    # Of a data set the sum of its places' errors, as of places that go up and down together.
    own = np.bincount(sets, errors) / count
    freedom = np.full(len(own), np.inf)
    np.minimum.at(freedom, sets, degrees)
    error = math.sqrt(float(np.sum(own**2)))
    together = error**4 / float(np.sum(own**4 / freedom)) if error else 1.0
    half = float(special.stdtrit(together, (1 + CONFIDENCE) / 2)) * error
    p_for, p_against = _p_above(value, error, together), _p_above(1.0 - value, error, together)
    return Mean(value, value - half, value + half, p_for, p_against)


def _p_above(excess: float, error: float, degrees: float) -> float:
    """One-sided p of a mean that is `excess` beyond the hypothesis."""
    if error == 0:
        return 0.0 if excess > 0 else 1.0
    return float(special.stdtr(degrees, -excess / error))


def _scaled(contrast: Contrast) -> tuple[float, float, int]:
    """Gain, standard error and degrees of freedom, the first two in smallest effects."""
    repetitions = len(contrast.gains)
    test = corrected_paired_test(contrast.gains, [0.0] * repetitions, contrast.test_to_train, None)
    quantile = float(special.stdtrit(repetitions - 1, (1 + CONFIDENCE) / 2))
    error = (test.high - test.low) / 2 / quantile
    return test.difference / contrast.smallest, error / contrast.smallest, repetitions - 1

"""A claim over all its places together: the mean over them, each counting the same.

A sentence on a kind of data is a sentence on what is so on average over such data, and a mean over places is known
better than each of them. Gains are taken in smallest effects worth mentioning, which makes metrics comparable. Places
of one data set are not independent (they share splits), so that their standard errors are averaged as if they were all
alike; those of different data sets are independent. The degrees of freedom are Satterthwaite's (1946), Biometrics
Bulletin 2.

Only where each place has one contrast: to pick the best of several by their results would favour it. And only of claims
that something is ahead. Differences in one direction and in the other would make a mean of none, so that equality has
to be shown place by place; and "no worse" would be shown of networks that have learned nothing, had they but enough
of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from report.claims.base import Contrast
from report.statistics.intervals import CONFIDENCE
from report.statistics.paired import ALPHA, corrected_paired_test
from report.text.formatting import between_rounded, rounded_by


@dataclass(frozen=True)
class Pooled:
    """The mean gain over all places, in smallest effects worth mentioning."""

    places: int
    mean: float
    low: float
    high: float
    #: One-sided: of a mean of 0, and of one worth mentioning.
    p_for: float
    p_against: float

    @property
    def text(self) -> str:
        """`in the mean 1.8 times the smallest effect worth mentioning (1.2 to 2.4)`."""
        mean, interval = rounded_by(self.mean, self.low, self.high), between_rounded(self.low, self.high)
        return f"in the mean {mean} times the smallest effect worth mentioning ({interval})"

    @property
    def holds(self) -> bool:
        """Whether it is shown to be above 0, and is large enough to be worth mentioning."""
        return self.p_for < ALPHA / 2 and self.mean >= 1.0

    @property
    def fails(self) -> bool:
        """Whether it is shown to be too small to be worth mentioning."""
        return self.p_against < ALPHA / 2


def pooled(contrasts: Sequence[Contrast]) -> Pooled | None:
    """The mean over places; None for one place, and for several contrasts at one.

    Args:
        contrasts: with repetitions enough for a test, of a claim that the first of each is ahead.
    """
    if len(contrasts) < 2 or len({each.place for each in contrasts}) < len(contrasts):
        return None
    if not all(each.smallest > 0 for each in contrasts):
        return None
    sets: dict[str, list[tuple[float, float, int]]] = {}
    for each in contrasts:
        sets.setdefault(each.data, []).append(_scaled(each))
    count = len(contrasts)
    mean = math.fsum(gain for here in sets.values() for gain, _, _ in here) / count
    # Of a data set the sum of its places' errors, as of places that go up and down together.
    parts = [
        (math.fsum(error for _, error, _ in here) / count, min(degrees for *_, degrees in here))
        for here in sets.values()
    ]
    error = math.sqrt(math.fsum(part**2 for part, _ in parts))
    degrees = error**4 / math.fsum(part**4 / freedom for part, freedom in parts) if error else 1.0
    half = float(special.stdtrit(degrees, (1 + CONFIDENCE) / 2)) * error
    return Pooled(
        places=count,
        mean=mean,
        low=mean - half,
        high=mean + half,
        p_for=_p_above(mean, error, degrees),
        p_against=_p_above(1.0 - mean, error, degrees),
    )


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

"""Times and their ratios. The unit is the process launch: launches vary more than the rounds within one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy import special

from benchmarks.execution.turns import TURNS
from report.statistics.intervals import CONFIDENCE, mean_of, spread, t_interval
from report.statistics.paired import corrected_paired_test


@dataclass(frozen=True)
class Duration:
    """A median time in seconds and its 95 % interval; None where there are too few samples for one."""

    median: float
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True)
class Ratio:
    """A ratio of times with its 95 % interval, and the p of the hypothesis that it is 1; None from one launch."""

    value: float
    low: float | None
    high: float | None
    p_value: float | None


def duration(samples: Mapping[int, Sequence[float]]) -> Duration:
    """Median of the launches' medians.

    With two launches or more the interval is Student's t on the logarithms of the launches' medians, widened to hold
    the median where they are so skewed that it lies outside. With one it is the order statistics' interval of the
    median of its rounds (Conover 1999, "Practical nonparametric statistics", section 3.2), which leaves out what
    differs between launches and is too narrow by that much: the method's name says which it is.

    Args:
        samples: launch number -> seconds of its rounds, positive.
    """
    medians = [median(rounds) for rounds in samples.values()]
    middle = median(medians)
    if len(medians) > 1:
        low, high = log_interval(medians)
        return Duration(middle, min(low, middle), max(high, middle), "t over launches")
    (rounds,) = samples.values()
    interval = _median_interval(sorted(rounds))
    if interval is None:
        return Duration(middle, None, None, "")
    return Duration(middle, *interval, "rounds of one launch")


def _median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Between which of the sorted values the median lies: each of them is below it or not as a coin falls.

    None where even the outermost two do not hold it with the confidence wanted. (`scipy.stats.quantile_test` gives the
    same, but takes a second to import.)
    """
    count, error = len(values), (1 - CONFIDENCE) / 2
    falls = np.arange(count + 1)
    low = int(np.argmax(special.bdtr(falls, count, 0.5) >= error)) - 1
    high = int(np.argmax(special.bdtrc(falls, count, 0.5) <= error))
    return (values[low], values[high]) if low >= 0 and high < count else None


def log_interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's t interval of the mean logarithm, as values again."""
    logs = [math.log(value) for value in values]
    low, high = t_interval(mean_of(logs), spread(logs), len(logs), 1 / len(logs))
    return math.exp(low), math.exp(high)


def mean_ratio(values: Sequence[float]) -> float:
    """Geometric mean."""
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def p_of_interval(ratio: float, low: float | None, high: float | None, count: int) -> float | None:
    """Two-sided p of the hypothesis that the ratio is 1, from its `log_interval` of `count` values, if it has one."""
    if low is None or high is None or count < 2:
        return None
    half = (math.log(high) - math.log(low)) / 2
    if half == 0:
        return 0.0 if ratio != 1 else 1.0
    quantile = float(special.stdtrit(count - 1, (1 + CONFIDENCE) / 2))
    return float(2 * special.stdtr(count - 1, -abs(math.log(ratio)) / (half / quantile)))


def turns_of(rounds: Sequence[float]) -> list[float]:
    """Median seconds of each turn: rounds are spread over the turns in the order in which they were timed.

    Args:
        rounds: seconds of each round of an operation in one launch.
    """
    length = math.ceil(len(rounds) / TURNS)
    return [median(rounds[start : start + length]) for start in range(0, len(rounds), length)]


def log_ratio(first: Sequence[float], second: Sequence[float]) -> float:
    """Logarithm of `first`'s time over `second`'s in one launch: the median over the turns that both had.

    The implementations of a launch take their turns one after the other, hundredths of a second apart, so that what
    slows the machine for longer slows both sides of a turn's ratio. The ratio of two medians over all rounds keeps
    nothing of that: on a machine that is slow in some turns, each median may fall on other ones.

    Args:
        first, second: seconds of each round, in the order in which they were timed.
    """
    return median(math.log(one / other) for one, other in zip(turns_of(first), turns_of(second), strict=False))


def paired_ratio(logs: Sequence[float]) -> Ratio | None:
    """The ratio of two times from its logarithm in each launch; None without one.

    It is the geometric mean of the launches' ratios, its interval Student's t on their logarithms (Fleming & Wallace
    1986 for the mean; Georges, Buytaert & Eeckhout 2007 for launches as the unit).
    """
    if not logs:
        return None
    if len(logs) < 2:
        return Ratio(math.exp(logs[0]), None, None, None)
    test = corrected_paired_test(logs, [0.0] * len(logs), test_to_train=0.0, margin=None)
    return Ratio(math.exp(test.difference), math.exp(test.low), math.exp(test.high), test.p_difference)


def unpaired_ratio(first: Sequence[float], second: Sequence[float]) -> Ratio:
    """Ratio of times that were not measured together (two machines, two versions): Welch's t on the logarithms.

    Welch (1947), Biometrika 34. (`scipy.stats.ttest_ind` gives the same, but takes a second to import, and some
    milliseconds a call, of which a report of many runs has thousands.)
    """
    logs = [[math.log(value) for value in values] for values in (first, second)]
    difference = mean_of(logs[0]) - mean_of(logs[1])
    if min(len(first), len(second)) < 2 or spread(logs[0]) + spread(logs[1]) == 0:
        return Ratio(math.exp(difference), None, None, None)
    variances = [spread(side) ** 2 / len(side) for side in logs]
    error = math.sqrt(sum(variances))
    # Satterthwaite's degrees of freedom.
    degrees = error**4 / sum(variance**2 / (len(side) - 1) for variance, side in zip(variances, logs, strict=True))
    half = float(special.stdtrit(degrees, (1 + CONFIDENCE) / 2)) * error
    p_value = float(2 * special.stdtr(degrees, -abs(difference) / error))
    return Ratio(math.exp(difference), math.exp(difference - half), math.exp(difference + half), p_value)

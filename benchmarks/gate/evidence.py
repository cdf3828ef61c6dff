"""What interleaved pairs say about a ratio, at whatever moment one looks: e-processes and the intervals they give.

A pair is one launch of the baseline and one of the candidate, measured in turns. Which of the two begins, and which
process is which, is decided by a fair coin. If nothing changed, the logarithm x of the pair's ratio is therefore as
likely to be +|x| as −|x|, whatever the machine does: drift, other load, outliers and correlation from pair to pair
change |x| alone. For such signs

    E = Π 2 / (1 + exp(−2·λ·x))

is a martingale that starts at 1 (each factor is exp(λx) / cosh(λx); de la Peña 1999, "A general class of exponential
inequalities for martingales and ratios", Annals of Probability 27; Ramdas, Ruf, Larsson & Koolen 2020, "Admissible
anytime-valid sequential inference must rely on nonnegative martingales", section 5). By Ville's inequality it ever
reaches 1/α with a probability of α at most, so one may look after every pair and stop whenever one likes. A mixture
over λ needs no knowledge of the noise. Most a pair can do is to double E.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import brentq

#: The mixture's λ: 2·λ·x is 1 for log ratios from 6 % down to 0.1 %.
BETS = np.array([8.0, 32.0, 128.0, 512.0])
#: Bounds of an interval are searched within a factor of e^2 around 1.
SEARCH = 2.0


def evidence(log_ratios: Sequence[float], above: float = 0.0) -> float:
    """The e-value against "the log ratio is at most `above`"; 1 without pairs.

    Args:
        log_ratios: log(candidate / baseline) of each pair.
        above: the largest log ratio of the hypothesis.
    """
    return math.exp(_log_evidence(log_ratios, above))


def upper_bound(log_ratios: Sequence[float], alpha: float) -> float | None:
    """The log ratio that is exceeded with probability `alpha` at most, at any time; None where pairs are too few."""
    lower = lower_bound([-value for value in log_ratios], alpha)
    return None if lower is None else -lower


def lower_bound(log_ratios: Sequence[float], alpha: float) -> float | None:
    """The smallest log ratio that is not refuted at `alpha`, at any time; None where pairs are too few."""
    if _log_evidence(log_ratios, -SEARCH) < -np.log(alpha):
        return None

    def refuted(above: float) -> float:
        return _log_evidence(log_ratios, above) + float(np.log(alpha))

    return float(brentq(refuted, -SEARCH, max(log_ratios, default=0.0) + SEARCH, xtol=1e-6))


def estimate(log_ratios: Sequence[float]) -> float:
    """Hodges & Lehmann's estimate: the median of the means of all two pairs (a pair with itself as well)."""
    values = np.asarray(log_ratios, np.float64)
    first, second = np.triu_indices(len(values))
    return float(np.median((values[first] + values[second]) / 2))


def corrected(e_values: Mapping[str, float]) -> dict[str, float]:
    """E-values adjusted for their number: who acts on those above 1/α errs anywhere with probability α at most.

    The closure of the test by the arithmetic mean (Vovk & Wang 2021, "E-values: calibration, combination and
    applications", Annals of Statistics 49, section 4): the smallest mean of any set of figures that this one is in.
    It holds for figures that depend on each other, as those of one machine do.
    """
    ordered = np.sort(np.fromiter(e_values.values(), np.float64))
    adjusted = {}
    for name, value in e_values.items():
        place = int(np.searchsorted(ordered, value))
        others = np.delete(ordered, place)
        means = (value + np.concatenate([[0.0], np.cumsum(others)])) / np.arange(1, len(ordered) + 1)
        adjusted[name] = float(means.min())
    return adjusted


def _log_evidence(log_ratios: Sequence[float], above: float) -> float:
    excess = np.asarray(log_ratios, np.float64) - above
    logs = (np.log(2.0) - np.logaddexp(0.0, -2.0 * BETS[:, None] * excess)).sum(axis=1)
    largest = float(logs.max())  # scipy's logsumexp takes longer than all the rest
    return largest + math.log(float(np.exp(logs - largest).mean()))

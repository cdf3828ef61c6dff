"""Times and memory: is the candidate's ratio to the baseline's above 1, and by enough to matter?

Two sources of noise are distinguished from a regression:

- Fresh processes differ, even on an idle machine. With several launches a side, Welch's t-test on the logarithms of the
  launches' medians takes that in (Georges, Buytaert & Eeckhout 2007).
- The two sides were measured at different times, so whatever slowed the machine slows many figures at once. The median
  of all ratios is such a common shift. A figure is worse only if it stays so after that shift is taken out; if all are
  slower by the same factor, no more than that is said.

With a single launch a side there is nothing but the other figures to learn the noise from. Most of them did not change:
figures far away from the half that lies closest together are set aside, and the spread of the others around their
median (the median absolute deviation, which a few real changes cannot move) is the noise of one figure. A figure that
lies far outside it is worse, if its fastest round is slower too, and the middle half of its rounds lies above the
baseline's. Where a typical figure moved by more than `RESTLESS`, single launches say nothing: load that comes and goes
slows some benchmarks and not others.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np
from scipy import special

from report.comparing.verdicts import Figure, Limits, Verdict
from report.statistics.intervals import mean_of, spread
from report.statistics.paired import holm

#: Figures that it takes to learn a common shift, and the noise of one figure, from the others.
ENOUGH_FIGURES = 8
#: Launches a side from which their own spread is a better guide than that of the other figures.
ENOUGH_LAUNCHES = 4
#: Robust standard deviations from the centre beyond which a figure is no guide to the noise of the others. A normal
#: distribution has one in two million there, so what did not change is hardly ever set aside.
FAR = 5.0
#: Share of a normal distribution that the estimate of its centre and spread leaves out.
OUTSIDE = 0.025
#: Typical movement of an unchanged figure, as a share, above which single launches are no evidence.
RESTLESS = 0.05
#: The median absolute deviation's efficiency beside the standard deviation for normal data, hence the share of the
#: degrees of freedom that it is worth (Rousseeuw & Croux 1993, "Alternatives to the median absolute deviation", JASA).
EFFICIENCY = 0.37


@dataclass(frozen=True)
class Sample:
    """One quantity on one side: the medians of its launches, and the quartiles within a launch where they are known."""

    #: Positive; seconds or bytes.
    launches: tuple[float, ...]
    #: Smallest value, first and third quartile of the rounds of the only launch.
    fastest: float | None = None
    first_quartile: float | None = None
    third_quartile: float | None = None

    @property
    def centre(self) -> float:
        """Geometric mean of the launches."""
        return math.exp(mean_of([math.log(value) for value in self.launches]))


@dataclass(frozen=True)
class _Estimate:
    """A logarithm of a ratio with its standard error; no error where nothing is known about it."""

    log_ratio: float
    error: float | None
    degrees: float
    #: What the error was learnt from.
    own_launches: bool


def judge_positive(
    baseline: Mapping[str, Sample],
    candidate: Mapping[str, Sample],
    quantity: Literal["time", "memory"],
    limits: Limits,
) -> tuple[list[Figure], list[str]]:
    """Figures of all names in common, and remarks.

    Args:
        baseline: name of the figure -> what was measured.
        candidate: likewise.
        quantity: seconds or bytes.
        limits: from where on a difference counts.
    """
    names = [name for name in baseline if name in candidate]
    pairs = [(baseline[name], candidate[name]) for name in names]
    ratios = [math.log(after.centre / before.centre) for before, after in pairs]
    alike = without_far_ones(ratios)
    noise = _noise_of_one(alike)
    estimates = [_estimate(ratio, *pair, noise) for ratio, pair in zip(ratios, pairs, strict=True)]
    shift = _common_shift(alike) if quantity == "time" else 0.0
    shifted = abs(shift) > math.log1p(limits.threshold)
    tested = [index for index, estimate in enumerate(estimates) if estimate.error is not None]
    adjusted = dict(zip(tested, holm([_p_value(estimates[index], shift) for index in tested]), strict=True))
    floor = limits.floor_s if quantity == "time" else limits.floor_bytes
    restless = _typical_movement(estimates) if any(not estimate.own_launches for estimate in estimates) else 0.0
    figures = []
    for index, name in enumerate(names):
        pair = baseline[name], candidate[name]
        verdict, reason = _verdict(estimates[index], pair, shift, shifted, adjusted.get(index), limits, floor)
        if restless > RESTLESS and not estimates[index].own_launches and verdict is not Verdict.IDENTICAL:
            verdict = Verdict.UNCERTAIN
            reason = (
                f"a typical figure moved by {restless:.0%} between single launches, as on a machine with other load; "
                f"measure {ENOUGH_LAUNCHES} launches or files a side"
            )
        low, high = _interval(estimates[index], limits)
        figures.append(
            Figure(
                name=name,
                quantity=quantity,
                unit="s" if quantity == "time" else "B",
                baseline=pair[0].centre,
                candidate=pair[1].centre,
                effect=math.exp(estimates[index].log_ratio),
                low=low,
                high=high,
                p_value=adjusted.get(index),
                verdict=verdict,
                reason=reason,
            )
        )
    notes = []
    if shifted:
        notes.append(
            f"All times together are {abs(math.expm1(shift)):.0%} {'slower' if shift > 0 else 'faster'} (median of "
            f"{len(alike)} ratios): a change that reaches everything and a machine that ran at another speed look the "
            "same here. Figures were judged after this shift was taken out."
        )
    return figures, notes


def without_far_ones(ratios: Sequence[float]) -> Sequence[float]:
    """The ratios without those that cannot belong to the rest: figures that really changed, up to nearly a half of all.

    A median and its deviation alone stand that many changed figures without breaking, but not without growing: with a
    third of the figures slower, the noise would look twice as large as it is. How far is far is taken from the half
    of smallest variance instead, reweighted (Rousseeuw & Van Driessen 1999, "A fast algorithm for the minimum
    covariance determinant estimator", Technometrics 41), which in one dimension is a window of the sorted ratios. (A
    report is made without scikit-learn, whose `MinCovDet` is the same; a test compares.)
    """
    if len(ratios) <= ENOUGH_FIGURES:
        return ratios
    values = np.asarray(ratios)
    halves = np.lib.stride_tricks.sliding_window_view(np.sort(values), len(values) // 2 + 1)
    variances = halves.var(axis=1)
    if variances.min() == 0:
        return ratios  # half of them are equal, so they have no spread that another could be far from
    centre = halves[variances.argmin()].mean()
    distances = np.abs(values - centre)
    belonging = values[distances < special.ndtri(1 - OUTSIDE / 2) * np.median(distances) / special.ndtri(0.75)]
    near = np.abs(values - belonging.mean()) <= FAR * belonging.std()
    return values[near].tolist() if np.count_nonzero(near) >= ENOUGH_FIGURES else ratios


def _estimate(ratio: float, baseline: Sample, candidate: Sample, pooled: tuple[float, float] | None) -> _Estimate:
    counts = len(baseline.launches), len(candidate.launches)
    if min(counts) >= (2 if pooled is None else ENOUGH_LAUNCHES):
        logs = [[math.log(value) for value in side.launches] for side in (baseline, candidate)]
        parts = [spread(side) ** 2 / len(side) for side in logs]
        if sum(parts) == 0:
            return _Estimate(ratio, 0.0, min(counts) - 1, own_launches=True)
        # Welch–Satterthwaite
        degrees = sum(parts) ** 2 / sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
        return _Estimate(ratio, math.sqrt(sum(parts)), degrees, own_launches=True)
    if pooled is None:
        return _Estimate(ratio, None, 0, own_launches=False)
    return _Estimate(ratio, *pooled, own_launches=False)


def _noise_of_one(ratios: Sequence[float]) -> tuple[float, float] | None:
    """Standard error and degrees of freedom of one unchanged figure, from the spread of all; None from too few."""
    if len(ratios) < ENOUGH_FIGURES:
        return None
    deviation = np.median(np.abs(np.asarray(ratios) - np.median(ratios)))
    scale = float(deviation / special.ndtri(0.75))  # that of a normal distribution is 1
    return scale * math.sqrt(1 + 1 / len(ratios)), EFFICIENCY * (len(ratios) - 1)


def _typical_movement(estimates: Sequence[_Estimate]) -> float:
    """Of the figures that have no launches of their own to learn from, as a share; 0 where that is unknown."""
    return max((estimate.error or 0.0 for estimate in estimates if not estimate.own_launches), default=0.0)


def _common_shift(ratios: Sequence[float]) -> float:
    """Median of the logarithms of ratios; 0 where they are too few to tell a shift from a change."""
    return median(ratios) if len(ratios) >= ENOUGH_FIGURES else 0.0


def _p_value(estimate: _Estimate, shift: float) -> float:
    """Two-sided, of a ratio equal to the common shift."""
    excess = abs(estimate.log_ratio - shift)
    if not estimate.error:
        return 1.0 if excess == 0 else 0.0
    return float(2 * special.stdtr(estimate.degrees, -excess / estimate.error))


def _interval(estimate: _Estimate, limits: Limits) -> tuple[float | None, float | None]:
    """Interval of the ratio at confidence 1 − 2 × alpha, so that each end errs with probability alpha."""
    if estimate.error is None:
        return None, None
    half = float(special.stdtrit(estimate.degrees, 1 - limits.alpha)) * estimate.error if estimate.error else 0.0
    return math.exp(estimate.log_ratio - half), math.exp(estimate.log_ratio + half)


def _verdict(
    estimate: _Estimate,
    pair: tuple[Sample, Sample],
    shift: float,
    shifted: bool,
    p_value: float | None,
    limits: Limits,
    floor: float,
) -> tuple[Verdict, str]:
    baseline, candidate = pair
    difference = candidate.centre - baseline.centre
    large = math.log1p(limits.threshold)
    excess = estimate.log_ratio - shift
    if p_value is None:
        return Verdict.UNCERTAIN, (
            "one launch a side says nothing about how much fresh processes differ, and there are fewer than "
            f"{ENOUGH_FIGURES} figures to learn it from; measure several launches or files a side"
        )
    sure = p_value < limits.alpha
    if sure and min(excess, estimate.log_ratio) > large and difference > floor:
        doubt = "" if estimate.own_launches else _doubt(baseline, candidate, shift + large)
        return (Verdict.UNCERTAIN, doubt) if doubt else (Verdict.WORSE, "")
    if sure and max(excess, estimate.log_ratio) < -large and -difference > floor:
        return Verdict.BETTER, ""
    if baseline.launches == candidate.launches and len(set(baseline.launches)) == 1 and not estimate.error:
        return Verdict.IDENTICAL, ""
    _, high = _interval(estimate, limits)
    if shifted and estimate.log_ratio > large:
        return Verdict.UNCERTAIN, "slower as all the others are"
    if high is not None and (high < 1 + limits.tolerance or (high - 1) * baseline.centre < floor):
        return Verdict.NOT_WORSE, ""
    return Verdict.UNCERTAIN, f"an increase of more than {limits.tolerance:.0%} is not excluded"


def _doubt(baseline: Sample, candidate: Sample, large: float) -> str:
    """Why the rounds do not bear out that the single launch was slower; empty if they do."""
    quartiles = baseline.third_quartile, candidate.first_quartile
    if baseline.fastest is None or candidate.fastest is None or quartiles[0] is None or quartiles[1] is None:
        return ""
    if math.log(candidate.fastest / baseline.fastest) <= large:
        return "slower in the middle, but its fastest rounds are not"
    if quartiles[1] <= quartiles[0]:
        return "slower, but the rounds of both sides overlap"
    return ""

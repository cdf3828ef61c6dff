"""Where a figure stands after some rounds: open, or settled as fine, slower or faster."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from statistics import geometric_mean

from benchmarks.gate.evidence import corrected, estimate, evidence
from benchmarks.gate.launches import Reading
from report.comparing.verdicts import Limits

#: Error probability of each bound of an interval, and of "not worse".
BOUND_ALPHA = 0.05


class State(Enum):
    """Where a figure stands in a stage."""

    OPEN = "open"
    FINE = "fine"
    SLOWER = "slower"
    FASTER = "faster"


@dataclass
class Series:
    """All readings of one figure in one stage."""

    cell: str
    #: Differences below this, in seconds or bytes, do not count.
    floor: float
    readings: list[Reading] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The baseline's value."""
        return geometric_mean(reading.baseline for reading in self.readings)

    def reversed(self) -> "Series":
        """Candidate and baseline in each other's place."""
        turned = [Reading(baseline=r.candidate, candidate=r.baseline, log_ratio=-r.log_ratio) for r in self.readings]
        return Series(self.cell, self.floor, turned)

    @property
    def logs(self) -> list[float]:
        """Logarithms of the ratios."""
        return [reading.log_ratio for reading in self.readings]


def states_of(
    series: Mapping[str, Series],
    before: Mapping[str, State],
    limits: Limits,
    alpha: float,
    suspects: Mapping[str, tuple[State, Series]],
) -> dict[str, State]:
    """Where each figure stands after a round.

    Args:
        series: all readings of the stage so far, by figure.
        before: where each stood; what was settled stays so.
        limits: from where on a difference counts.
        alpha: error probability of the stage, for all figures together.
        suspects: in the second stage, what each figure looked like in the first one, with its readings there.
    """
    up = corrected({name: evidence(each.logs) for name, each in series.items()})
    down = corrected({name: evidence([-value for value in each.logs]) for name, each in series.items()})
    states = {}
    for name, each in series.items():
        if before.get(name, State.OPEN) is not State.OPEN:
            states[name] = before[name]
            continue
        wanted, earlier = suspects.get(name, (None, None))
        whole = Series(each.cell, each.floor, [*(earlier.readings if earlier else ()), *each.readings])
        if up[name] >= 1 / alpha and wanted is not State.FASTER and _matters(whole, limits):
            states[name] = State.SLOWER
        elif down[name] >= 1 / alpha and wanted is not State.SLOWER and _matters(whole, limits, sign=-1):
            states[name] = State.FASTER
        elif _is_fine(each, wanted, limits):
            states[name] = State.FINE
        else:
            states[name] = State.OPEN
    return states


def _is_fine(series: Series, wanted: State | None, limits: Limits) -> bool:
    """Whether what is looked for is excluded; what looks faster is measured until that is sure."""
    if wanted is State.FASTER:
        return excluded(series.reversed(), limits.threshold)
    return excluded(series, limits.threshold) and (wanted is not None or not _matters(series, limits, sign=-1))


def _matters(series: Series, limits: Limits, sign: int = 1) -> bool:
    """Whether the estimated difference is above the practical threshold and the absolute floor."""
    effect = sign * estimate(series.logs)
    return effect > math.log1p(limits.threshold) and abs(math.expm1(sign * effect)) * series.typical > series.floor


def excluded(series: Series, share: float) -> bool:
    """Whether an increase by this share, or above the floor, is excluded."""
    allowed = math.log1p(max(share, series.floor / series.typical))
    return evidence([-value for value in series.logs], -allowed) >= 1 / BOUND_ALPHA


def is_memory(name: str) -> bool:
    """Whether the figure is a peak memory; the others are times."""
    return name.startswith("peak memory ")


def floor_of(name: str, limits: Limits) -> float:
    """The difference of this figure below which nothing counts, in bytes or seconds."""
    return limits.floor_bytes if is_memory(name) else limits.floor_s

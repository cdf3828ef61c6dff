"""A claim's small figure: a line for each contrast, to the right of zero where it is as the claim says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from report.claims.base import Judged, Outcome
from report.claims.verdict import Verdict

#: Of the drawing, in its own units; lines are as far apart as there is room.
WIDTH, TALLEST, ROOMY, MARGIN = 200.0, 90.0, 11.0, 4.0


@dataclass(frozen=True)
class Bar:
    """A contrast: its gain and interval across, and its place down."""

    x: float
    low: float
    high: float
    y: float
    outcome: Outcome


@dataclass(frozen=True)
class Picture:
    """All contrasts that were tested."""

    height: float
    zero: float
    #: Where the smallest effect worth mentioning is; for equality on both sides.
    marks: tuple[float, ...]
    bars: tuple[Bar, ...]
    #: For those who do not see it.
    alternative: str


def picture_of(verdict: Verdict) -> Picture | None:
    """The figure; None where nothing was tested.

    Gains are drawn in smallest effects worth mentioning, linear below one and logarithmic beyond (asinh), so that
    different metrics fit one axis.
    """
    tested = sorted((each for each in verdict.evidence if each.low is not None), key=_scaled, reverse=True)
    if not tested:
        return None
    marks = {"ahead": (1.0,), "not behind": (-1.0,), "equal": (-1.0, 1.0)}[verdict.claim.asks]
    values = [value for each in tested for value in _scaled_interval(each)] + [0.0, *marks]
    low, high = (math.asinh(bound) for bound in (min(values), max(values)))

    def across(value: float) -> float:
        return round(MARGIN + (math.asinh(value) - low) / (high - low or 1.0) * (WIDTH - 2 * MARGIN), 1)

    step = min(ROOMY, TALLEST / len(tested))
    bars = []
    for row, each in enumerate(tested):
        bounds = [across(bound) for bound in _scaled_interval(each)]
        bars.append(Bar(across(_scaled(each)), bounds[0], bounds[1], round(step * (row + 0.5), 1), each.outcome))
    return Picture(
        round(step * len(tested), 1), across(0.0), tuple(map(across, marks)), tuple(bars), _alternative(verdict, tested)
    )


def _scaled(judged: Judged) -> float:
    return (judged.gain or 0.0) / (judged.contrast.smallest or 1.0)


def _scaled_interval(judged: Judged) -> tuple[float, float]:
    smallest = judged.contrast.smallest or 1.0
    return (judged.low or 0.0) / smallest, (judged.high or 0.0) / smallest


def _alternative(verdict: Verdict, tested: Sequence[Judged]) -> str:
    counts = ", ".join(
        f"{count} {outcome}"
        for outcome in ("holds", "open", "fails")
        if (count := sum(each.outcome == outcome for each in tested))
    )
    return f"{verdict.sentence}: gains with their intervals, {counts}; the table below has the numbers"

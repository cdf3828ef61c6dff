"""Whole verdicts from stored pairs: rounds are sampled in blocks, and the coins of unchanged pairs are tossed again.

Screening and confirmation draw from one pool. False alarms are none the rarer or more frequent for that: whatever the
magnitudes are, every draw tosses a coin of its own. The power is that of these pairs, as of any bootstrap.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.gate.launches import Pair, Reading
from benchmarks.gate.sequential import Decision, Effort, decide
from report.comparing.verdicts import Limits, Verdict

#: Consecutive rounds that are sampled together, so that what lasts for some rounds stays together (Politis & Romano
#: 1994, "The stationary bootstrap", JASA 89, with blocks of one length).
BLOCK = 4

Outcome = Literal["worse", "could not judge", "fine"]


@dataclass(frozen=True)
class Pool:
    """Stored pairs of all cells, by round; of the planted cells from a series in which something was planted."""

    #: Cell -> its pairs in the order of measurement.
    unchanged: Mapping[str, Sequence[Pair]]
    planted: Mapping[str, Sequence[Pair]]


class ResampledSource:
    """Rounds from a pool, as `benchmarks.gate.sequential` takes them; time passes as it did when they were measured."""

    failed: Mapping[str, Exception] = {}

    def __init__(self, pool: Pool, generator: random.Random) -> None:
        self._pool = pool
        self._generator = generator
        self._place = 0
        self._left = 0
        self._seconds = 0.0

    def round(self, stage: str, cells: Sequence[str]) -> list[Pair]:  # noqa: ARG002 (see the module)
        """The next round of the block, or the first one of another."""
        rounds = min(len(pairs) for pairs in self._pool.unchanged.values())
        if self._left == 0:
            self._place, self._left = self._generator.randrange(rounds), BLOCK
        pairs = [self._pair(cell) for cell in cells]
        self._place, self._left = self._place + 1, self._left - 1
        self._seconds += sum(pair.seconds for pair in pairs)
        return pairs

    def elapsed(self) -> float:
        """Seconds that the rounds took when they were measured."""
        return self._seconds

    def _pair(self, cell: str) -> Pair:
        if cell in self._pool.planted:
            pairs = self._pool.planted[cell]
            return pairs[self._place % len(pairs)]
        pairs = self._pool.unchanged[cell]
        pair = pairs[self._place % len(pairs)]
        return swapped(pair) if self._generator.random() < 0.5 else pair


def swapped(pair: Pair) -> Pair:
    """The pair as it would be had the coin fallen otherwise: each process under the other's name."""
    readings = {
        name: Reading(baseline=each.candidate, candidate=each.baseline, log_ratio=-each.log_ratio)
        for name, each in pair.readings.items()
    }
    return pair.model_copy(update={"readings": readings})


def outcome_of(decision: Decision) -> Outcome:
    """What a gate over these figures exits with, in a word."""
    verdicts = {figure.verdict for figure in decision.figures}
    if Verdict.WORSE in verdicts:
        return "worse"
    return "could not judge" if Verdict.UNCERTAIN in verdicts else "fine"


def resampled_decisions(
    pool: Pool, count: int, limits: Limits, effort: Effort, generator: random.Random
) -> list[Decision]:
    """This many verdicts over all cells of the pool."""
    cells = list(pool.unchanged)
    return [decide(cells, ResampledSource(pool, generator), limits, effort) for _ in range(count)]

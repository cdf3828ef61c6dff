"""Pairs that nobody measured: log ratios with a given effect and noise, one round after the other."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.gate.launches import Pair, Reading

#: Seconds and bytes of the baseline.
STEP_S, PEAK_BYTES = 1e-3, 100e6


def reading(baseline: float, log_ratio: float) -> Reading:
    return Reading(baseline=baseline, candidate=baseline * math.exp(log_ratio), log_ratio=log_ratio)


class FakeSource:
    """Effects are shares, by figure ("train_step a"); confirmation may have others."""

    def __init__(
        self,
        effects: Mapping[str, float],
        noise: float = 0.01,
        seed: int = 0,
        confirmed: Mapping[str, float] | None = None,
        pair_s: float = 2.0,
    ) -> None:
        self.failed: dict[str, Exception] = {}
        self.rounds: list[tuple[str, list[str]]] = []
        self._effects, self._confirmed = effects, effects if confirmed is None else confirmed
        self._noise, self._pair_s = noise, pair_s
        self._generator = np.random.default_rng(seed)
        self._seconds = 0.0

    def round(self, stage: str, cells: Sequence[str]) -> list[Pair]:
        self.rounds.append((stage, list(cells)))
        self._seconds += self._pair_s * len(cells)
        return [self.pair(stage, cell) for cell in cells]

    def elapsed(self) -> float:
        return self._seconds

    def pair(self, stage: str, cell: str) -> Pair:
        effects = self._effects if stage == "screening" else self._confirmed
        readings = {}
        for name, typical in ((f"train_step {cell}", STEP_S), (f"peak memory {cell}", PEAK_BYTES)):
            noise = self._noise * float(self._generator.standard_normal())
            readings[name] = reading(typical, math.log1p(effects.get(name, 0.0)) + noise)
        return Pair(stage=stage, cell=cell, first="baseline", seconds=self._pair_s, readings=readings)

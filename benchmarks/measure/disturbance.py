"""Watching the machine during a measurement: was it ours while we measured?"""

import time
from typing import NamedTuple

import psutil

from benchmarks.records.results import Disturbance

#: Above any of these a measurement counts as disturbed. A share is of one processor's time.
STEAL_SHARE = 0.02
OTHER_SHARE = 0.25
SWITCHES_PER_S = 200.0


class Counters(NamedTuple):
    """Seconds of processors and of the clock, and context switches, up to a moment."""

    clock: float
    steal: float
    busy: float
    ours: float
    switches: float

    @classmethod
    def now(cls, process: psutil.Process) -> "Counters":
        """Those of the machine and of this process."""
        machine, own = psutil.cpu_times(), process.cpu_times()
        busy = sum(machine) - machine.idle - getattr(machine, "iowait", 0.0)
        switches = process.num_ctx_switches().involuntary
        return cls(time.perf_counter(), getattr(machine, "steal", 0.0), busy, own.user + own.system, switches)


class Watch:
    """What happens on the machine while this process measures: from `go_on` to `pause`, as often as it does so."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._passed = Counters(0.0, 0.0, 0.0, 0.0, 0.0)
        self.go_on()

    def go_on(self) -> None:
        """What happens from now on counts."""
        self._since = Counters.now(self._process)

    def pause(self) -> None:
        """What happens from now on is not counted."""
        now = Counters.now(self._process)
        self._passed = Counters(
            *(before + to - since for before, to, since in zip(self._passed, now, self._since, strict=True))
        )

    def disturbance(self) -> Disturbance:
        """What happened while it was counted, up to the last pause."""
        _, steal, busy, ours, switches_counted = self._passed
        seconds = max(self._passed.clock, 1e-9)
        steal_share = max(steal, 0.0) / seconds
        other_share = max(busy - max(steal, 0.0) - ours, 0.0) / seconds
        switches = switches_counted / seconds
        return Disturbance(
            steal_share=round(steal_share, 4),
            other_share=round(other_share, 4),
            involuntary_switches_per_s=round(switches, 2),
            disturbed=steal_share > STEAL_SHARE or other_share > OTHER_SHARE or switches > SWITCHES_PER_S,
        )

"""Watching the machine around a measurement: was it ours while we measured?"""

import time

import psutil

from benchmarks.records.results import Disturbance

#: Above any of these a measurement counts as disturbed. A share is of one processor's time.
STEAL_SHARE = 0.02
OTHER_SHARE = 0.25
SWITCHES_PER_S = 200.0


class Watch:
    """The machine's counters at one moment, to be compared with those at a later one."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._time = time.perf_counter()
        self._machine = psutil.cpu_times()
        self._own = self._process.cpu_times()
        self._switches = self._process.num_ctx_switches().involuntary

    def disturbance(self) -> Disturbance:
        """What happened since this watch was made."""
        seconds = max(time.perf_counter() - self._time, 1e-9)
        machine, own = psutil.cpu_times(), self._process.cpu_times()
        steal = getattr(machine, "steal", 0.0) - getattr(self._machine, "steal", 0.0)
        busy = sum(machine) - machine.idle - getattr(machine, "iowait", 0.0)
        busy -= sum(self._machine) - self._machine.idle - getattr(self._machine, "iowait", 0.0)
        ours = (own.user + own.system) - (self._own.user + self._own.system)
        steal_share = max(steal, 0.0) / seconds
        other_share = max(busy - max(steal, 0.0) - ours, 0.0) / seconds
        switches = (self._process.num_ctx_switches().involuntary - self._switches) / seconds
        return Disturbance(
            steal_share=round(steal_share, 4),
            other_share=round(other_share, 4),
            involuntary_switches_per_s=round(switches, 2),
            disturbed=steal_share > STEAL_SHARE or other_share > OTHER_SHARE or switches > SWITCHES_PER_S,
        )

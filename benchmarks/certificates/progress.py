"""What `threefold certify` says while it runs: each network's verdict as it comes, and the time that is left."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from benchmarks.certificates.trials import Trial
from benchmarks.execution.messages import duration
from impls.testing import Finding


class Progress:
    """Verdicts as lines, each with what is left and for how long.

    Args:
        trials: all that are to be measured, by implementation.
        side_by_side: processes at a time.
        tell: takes a line.
    """

    def __init__(self, trials: Mapping[str, Sequence[Trial]], side_by_side: int, tell: Callable[[str], None]) -> None:
        self._left = {name: len(some) for name, some in trials.items()}
        self._total = sum(self._left.values())
        self._side_by_side = side_by_side
        self._tell = tell
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._began = time.monotonic()

    def finished(self, trial: Trial, seconds: float, verdict: str) -> None:
        """One network was gone through."""
        self._left[trial.implementation] -= 1
        self._seconds[trial.implementation].append(seconds)
        done = self._total - sum(self._left.values())
        place = f"{trial.implementation}, {trial.dtype}, {trial.case.name}"
        self._tell(f"[{done}/{self._total}] {place}: {verdict} ({seconds:.1f} s){self._to_go()}")

    def left_out(self, implementation: str, why: str) -> None:
        """An implementation cannot run here."""
        self._total -= self._left.pop(implementation, 0)
        self._tell(f"{implementation}: left out: {why}")

    def _to_go(self) -> str:
        waiting = {name: left for name, left in self._left.items() if left}
        seen = [seconds for some in self._seconds.values() for seconds in some]
        overall = sum(seen) / len(seen)
        expected = {name: self._mean(name, overall) * left for name, left in waiting.items()}
        together = sum(expected.values()) / self._side_by_side
        return f", about {duration(together)} left" if together else ""

    def _mean(self, implementation: str, otherwise: float) -> float:
        seen = self._seconds.get(implementation)
        return sum(seen) / len(seen) if seen else otherwise


def in_words(findings: Sequence[Finding]) -> str:
    """The verdict on a network, with the first figure that failed."""
    failed = [finding for finding in findings if not finding.passed]
    return str(failed[0]) if failed else "passed" if findings else "measured"

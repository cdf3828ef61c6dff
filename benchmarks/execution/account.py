"""Where a run's time goes: each moment is shared equally by what is going on in it."""

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, TypeAlias

#: Loading is the import of a framework and its set-up. What runs when nothing is measured is other.
Activity: TypeAlias = Literal["loading", "training", "timing", "certificates", "other"]


class Account:
    """Wall time by activity, from the moment when it is opened."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._seconds: dict[Activity, float] = defaultdict(float)

    def lap(self, activities: Iterable[Activity] = ()) -> None:
        """Share the time since the last lap by these, one for each process at work; by none: it is other."""
        now = time.monotonic()
        shares = list(activities) or ["other"]
        for activity in shares:
            self._seconds[activity] += (now - self._last) / len(shares)
        self._last = now

    @property
    def seconds(self) -> dict[Activity, float]:
        """Seconds so far, up to the last lap."""
        return dict(self._seconds)

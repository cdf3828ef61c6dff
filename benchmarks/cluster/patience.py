"""Waiting for workers: how long it takes is said, and it ends."""

import time
from collections.abc import Callable

from benchmarks.cluster.errors import ClusterError
from benchmarks.execution.messages import duration

#: Seconds without workers before the first line, and from each line to the next.
FIRST_LINE_S, NEXT_LINE_S = 2.0, 60.0
#: Seconds without any worker after which a run gives up, unless more is given.
PATIENCE_S = 600.0


class Patience:
    """Watches whether somebody is there who can work.

    Args:
        who: is waited for, in words, such as "a worker of tcp://10.0.0.1:8786".
        remedy: how to start one.
        say: takes a line while waiting.
        limit_s: seconds after which waiting is over.
    """

    def __init__(self, who: str, remedy: str, say: Callable[[str], None], limit_s: float) -> None:
        self._who, self._remedy, self._say, self._limit_s = who, remedy, say, limit_s
        self._since: float | None = None
        self._next_line_s = FIRST_LINE_S

    def look(self, there: bool) -> None:
        """Note whether somebody is there now.

        Raises:
            ClusterError: nobody has been there for longer than the limit.
        """
        if there:
            self._since, self._next_line_s = None, FIRST_LINE_S
            return
        now = time.monotonic()
        if self._since is None:
            self._since = now
        waited = now - self._since
        if waited >= self._limit_s:
            raise ClusterError(
                f"no sign of {self._who} for {duration(waited)}; finished cells are kept: {self._remedy} and give the "
                "same command again, or more patience with --dask-wait SECONDS"
            )
        if waited >= self._next_line_s:
            self._next_line_s = waited + NEXT_LINE_S
            self._say(
                f"waiting for {self._who} for {duration(waited)} so far, for {duration(self._limit_s)} at most: "
                f"{self._remedy}"
            )

"""The clock that pytest-benchmark reads, which lets other processes measure between two rounds."""

import math
import time
from collections.abc import Callable

from benchmarks.execution.turns import TURNS, Turn
from benchmarks.measure.disturbance import Watch
from benchmarks.records.results import Disturbance


class TurnedClock:
    """A clock that is read before and after each round, as pytest-benchmark does, and between two rounds takes turns.

    Args:
        turn: of this process.
    """

    __name__ = "perf_counter, by turns"

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._rounds_a_turn = 1
        self._rounds = 0
        self._in_round = False
        self._warm_up: Callable[[], object] = _nothing
        self._watch = Watch()

    def begin(self) -> None:
        """Wait for the turn in which the next operation is set up."""
        self._turn.begin()

    def measure(self, rounds: int, warm_up: Callable[[], object]) -> None:
        """From now on this number of rounds is timed, the first ones in the turn at hand.

        Args:
            rounds: number of rounds.
            warm_up: does a round that is not timed. Other turns than the first begin with it if they have several
                rounds: the processes before had the caches, which makes a first round of some milliseconds a fifth to
                a half longer. Where a turn is one long round, that is a small part of it.
        """
        self._rounds_a_turn, self._rounds, self._in_round = math.ceil(rounds / TURNS), 0, False
        self._warm_up = warm_up if self._rounds_a_turn > 1 else _nothing
        self._watch = Watch()

    def disturbance(self) -> Disturbance:
        """What happened on the machine during the rounds."""
        self._watch.pause()
        return self._watch.disturbance()

    def __call__(self) -> float:
        """Seconds; before a turn's first round, when the turn has come."""
        if not self._in_round:
            if self._rounds and self._rounds % self._rounds_a_turn == 0:
                self._watch.pause()
                self._turn.take()
                self._warm_up()
                self._watch.go_on()
            self._rounds += 1
        self._in_round = not self._in_round
        return time.perf_counter()


def _nothing() -> None:
    """Where no turn begins with anything."""

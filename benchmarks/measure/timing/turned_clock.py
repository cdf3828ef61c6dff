"""The clock that pytest-benchmark reads, which lets other processes measure between two rounds."""

import math
import time

from benchmarks.execution.turns import Turn
from benchmarks.measure.disturbance import Watch
from benchmarks.records.results import Disturbance

#: Turns that the rounds of an operation are spread over, where it has that many: the more, the less it matters in which
#: of them the machine was slow.
TURNS = 20


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
        self._watch = Watch()

    def begin(self) -> None:
        """Wait for the turn in which the next operation is set up."""
        self._turn.begin()

    def measure(self, rounds: int) -> None:
        """From now on this number of rounds is timed, the first ones in the turn at hand."""
        self._rounds_a_turn, self._rounds, self._in_round = math.ceil(rounds / TURNS), 0, False
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
                self._watch.go_on()
            self._rounds += 1
        self._in_round = not self._in_round
        return time.perf_counter()

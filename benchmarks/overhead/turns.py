"""Contenders taking turns, and the ratios of their times."""

import random
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks.execution.child import process_environment
from benchmarks.execution.process import START
from impls.engines import implementation as find_implementation
from impls.errors import ThreefoldError


class Contender(NamedTuple):
    """Our "model" of an implementation, its "idiomatic" loop or "bare" one, or a part of what a step consists of.

    The "gradients" of the idiomatic loop are such a part.
    """

    kind: str
    implementation: str


class Turn(NamedTuple):
    """One epoch's time."""

    seconds: float
    #: Of the processor, in all of the contender's threads: what other processes take is not among them.
    processor_seconds: float


class Ratio(NamedTuple):
    """How much longer one contender takes than another: the median over turns with its 95 % interval."""

    median: float
    low: float
    high: float


class Seat:
    """A contender's process, waiting for its turn."""

    def __init__(self, contender: Contender, contest: str, threads: int, device: str) -> None:
        self._contender = contender
        place = device if device in find_implementation(contender.implementation).devices else "cpu"
        command = [sys.executable, "-m", START, "benchmarks.overhead.contender", *contender, contest, str(threads)]
        command += [place]
        environment = process_environment(threads, find_implementation(contender.implementation))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def wait_until_ready(self) -> None:
        """Return when it has warmed up."""
        self._answer()

    def turn(self) -> Turn:
        """Train one epoch."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return Turn(*map(float, self._answer().split()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, errors = self._process.communicate()
            last = errors.strip().splitlines()[-1:] or ["no message"]
            raise ThreefoldError(f"{' '.join(self._contender)} ended: {last[0]}")
        return line


def take_turns(
    contenders: Sequence[Contender], contest: str, threads: int, rounds: int, device: str = "cpu"
) -> dict[Contender, list[Turn]]:
    """The time of each epoch, round by round; each round has all contenders in a new random order.

    NumPy stays on the CPU whatever the device is.

    Raises:
        ThreefoldError: a contender's process ended, with its last words.
    """
    seats = {contender: Seat(contender, contest, threads, device) for contender in contenders}
    turns: dict[Contender, list[Turn]] = {contender: [] for contender in contenders}
    order = list(contenders)
    shuffle = random.Random(0).shuffle
    try:
        for seat in seats.values():
            seat.wait_until_ready()
        for _ in range(rounds):
            shuffle(order)
            for contender in order:
                turns[contender].append(seats[contender].turn())
    finally:
        for seat in seats.values():
            seat.close()
    return turns


def ratio(seconds: Sequence[float], reference: Sequence[float]) -> Ratio:
    """Median of the rounds' ratios, with the order-statistic interval (Conover 1999, section 3.2)."""
    from scipy.stats import quantile_test  # a second to load, which the other commands need not wait for

    ratios = np.asarray(seconds) / np.asarray(reference)
    interval: Any = quantile_test(ratios, q=1.0, p=0.5).confidence_interval(0.95)  # its stub takes it for a number
    return Ratio(float(np.median(ratios)), float(interval.low), float(interval.high))

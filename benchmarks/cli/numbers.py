"""Numbers that options take: bounds that several commands share."""

import math

import typer

#: No machine has as many processors; more would only fail in each measured process.
MOST_THREADS = 1000
#: Of launches, rounds and repeats: more than anybody waits for, and few enough to be planned.
MOST_TIMES = 10_000
#: Seconds that a command may be given: eleven days.
LONGEST_S = 1e6


def finite(value: float | None) -> float | None:
    """For options of numbers: `nan` lies between any two bounds. None is an option that was not given.

    Raises:
        BadParameter: it is infinite or no number.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no finite number")
    return value

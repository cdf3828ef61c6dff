"""Options that the gate and the comparison of versions share: what is measured, for how long, with how many threads."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from benchmarks.cli.numbers import LONGEST_S, MOST_THREADS, MOST_TIMES, finite

GateFile: TypeAlias = Annotated[
    Path | None, typer.Option(help="What is measured; else the repository's gate.toml, else Threefold's own cells.")
]
TimeLimit: TypeAlias = Annotated[
    float,
    typer.Option(
        min=1.0,
        max=LONGEST_S,
        callback=finite,
        help="Seconds to measure in; as many again to confirm what stands out.",
    ),
]
Rounds: TypeAlias = Annotated[
    int, typer.Option(min=1, max=MOST_TIMES, help="Rounds at most, and as many again to confirm.")
]
Threads: TypeAlias = Annotated[
    int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads of every measured process.")
]
#: Rounds of a series that verdicts can be resampled from: two blocks of `benchmarks.gate.self_test.resampling`.
FEWEST_ROUNDS = 8


def enough_rounds(rounds: int) -> int:
    """For the rounds of a self-test's series.

    Raises:
        BadParameter: they are some, and too few.
    """
    if 0 < rounds < FEWEST_ROUNDS:
        raise typer.BadParameter(f"{rounds} rounds are too few; give {FEWEST_ROUNDS} or more, or 0 for no series")
    return rounds

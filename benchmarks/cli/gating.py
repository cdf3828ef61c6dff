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

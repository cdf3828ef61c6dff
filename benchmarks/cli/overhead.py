"""`threefold overhead`: our models beside the shortest idiomatic loops, and NumPy beside the textbook and PyTorch."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field, ValidationError
from rich.table import Table

from benchmarks.cli.terminal import table_console
from benchmarks.environment import machine, versions
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS
from benchmarks.overhead.turns import Contender, Ratio, ratio, take_turns
from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from benchmarks.records.store import write_beside
from impls.errors import ThreefoldError

#: Who is compared with whom: what the ratio is of, and to what.
PAIRS = (
    (Contender("model", "numpy-textbook"), Contender("model", "numpy")),
    (Contender("model", "torch"), Contender("idiomatic", "torch")),
    (Contender("model", "keras-tensorflow"), Contender("idiomatic", "keras-tensorflow")),
    (Contender("model", "numpy"), Contender("model", "torch")),
)


class OverheadRecord(Frozen):
    """All turns of one contest."""

    contest: str
    threads: int
    versions: dict[str, str]
    machine: Machine
    #: "model torch" -> seconds of each round's epoch.
    seconds: dict[str, tuple[float, ...]]
    #: Likewise, of the processor; older records have none.
    processor_seconds: dict[str, tuple[float, ...]] = Field(default_factory=dict)


def overhead_command(
    threads: Annotated[int, typer.Option(min=1, help="Processor threads of every contender.")] = 1,
    rounds: Annotated[int, typer.Option(min=6, help="Turns of each contender.")] = 21,
    networks: Annotated[
        list[str] | None, typer.Option("--network", help=f"Only this one of {', '.join(CONTESTS)}; may be repeated.")
    ] = None,
    implementations: Annotated[
        list[str] | None,
        typer.Option("--implementation", help="Only comparisons among these; give two or more, or one with its loop."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="JSON lines file that takes every turn's seconds.")] = None,
) -> None:
    """Time a training epoch of each model against the shortest idiomatic loop in the same framework.

    NumPy's is also timed against the textbook's, which has none of its tricks, and against PyTorch's.
    """
    if unknown := [name for name in networks or () if name not in CONTESTS]:
        raise typer.BadParameter(f"--network {unknown[0]!r} is unknown; there are {', '.join(CONTESTS)}")
    chosen = _pairs(implementations)
    if out is not None:
        _check_out(out)
    console = table_console()
    headings = ("network", "epoch of", "against", "ratio", "95 % interval", "of processor time", "95 % interval")
    table = Table(*headings, box=None, pad_edge=False)
    lines = []
    for name, contest in CONTESTS.items():
        if networks and name not in networks:
            continue
        pairs = [pair for pair in chosen if contest.idiomatic or all(each.kind == "model" for each in pair)]
        contenders = list(dict.fromkeys(contender for pair in pairs for contender in pair))
        turns = take_turns(contenders, name, threads, rounds)
        seconds = {contender: tuple(turn.seconds for turn in turns[contender]) for contender in contenders}
        working = {contender: tuple(turn.processor_seconds for turn in turns[contender]) for contender in contenders}
        for contender, reference in pairs:
            cells = [cell for times in (seconds, working) for cell in _cells(ratio(times[contender], times[reference]))]
            table.add_row(contest.name, " ".join(contender), " ".join(reference), *cells)
        record = OverheadRecord(
            contest=contest.name,
            threads=threads,
            versions=versions(),
            machine=machine(),
            seconds={" ".join(contender): each for contender, each in seconds.items()},
            processor_seconds={" ".join(contender): each for contender, each in working.items()},
        )
        lines.append(record.model_dump_json())
    console.print(table)
    console.print(f"batch {BATCH_SIZE}, {threads} thread(s), {rounds} rounds in turns", highlight=False)
    if out is not None:
        write_beside(out, "\n".join(lines) + "\n")


def _pairs(implementations: list[str] | None) -> list[tuple[Contender, Contender]]:
    """The comparisons among these implementations; None: all."""
    known = {each.implementation: None for pair in PAIRS for each in pair}
    if unknown := [name for name in implementations or () if name not in known]:
        raise typer.BadParameter(
            f"--implementation {unknown[0]!r} is compared with nothing; there are {', '.join(known)}"
        )
    pairs = [pair for pair in PAIRS if all(each.implementation in (implementations or known) for each in pair)]
    if not pairs:
        raise typer.BadParameter("--implementation: these are not compared with each other; add numpy")
    return pairs


def _check_out(out: Path) -> None:
    """Whether the file may be replaced: it is not there, or was written by this command."""
    if out.is_symlink() or (out.exists() and not out.is_file()):
        raise ThreefoldError(f"{out}: is no plain file; give another with --out")
    if out.exists():
        with out.open("rb") as file:
            first = file.readline()
        try:
            OverheadRecord.model_validate_json(first)
        except ValidationError:
            raise ThreefoldError(f"{out}: was not written by 'threefold overhead'; give --out another file") from None


def _cells(measured: Ratio) -> tuple[str, str]:
    return f"{measured.median:.2f}", f"{measured.low:.2f} to {measured.high:.2f}"

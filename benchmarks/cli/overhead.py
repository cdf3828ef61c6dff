"""`threefold overhead`: our models beside the shortest loops, NumPy beside the textbook, PyTorch and its own limits."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field, ValidationError
from rich.console import Console
from rich.table import Table

from benchmarks.cli.numbers import MOST_THREADS, MOST_TIMES
from benchmarks.cli.terminal import plain_console, table_console
from benchmarks.environment import has_gpu, machine, versions
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS
from benchmarks.overhead.turns import Contender, Ratio, ratio, take_turns
from benchmarks.records.cells import Frozen
from benchmarks.records.output_files import check_output_file
from benchmarks.records.results import Machine
from benchmarks.records.store import write_beside
from impls.engines import implementations as known_implementations
from impls.errors import DeviceError
from report.text.formatting import counted

#: Who is compared with whom: what the ratio is of, and to what. `bare` is a training loop without a framework's layers
#: around it: a CUDA graph, a `lax.scan`. `gradients` is what any training of the idiomatic network has to work out.
PAIRS = (
    (Contender("model", "numpy-textbook"), Contender("model", "numpy")),
    (Contender("model", "torch"), Contender("idiomatic", "torch")),
    (Contender("model", "torch+graph"), Contender("bare", "torch+graph")),
    (Contender("model", "torch+graph"), Contender("model", "torch")),
    (Contender("model", "keras-tensorflow"), Contender("idiomatic", "keras-tensorflow")),
    (Contender("gradients", "keras-tensorflow"), Contender("idiomatic", "keras-tensorflow")),
    (Contender("model", "keras-jax"), Contender("idiomatic", "keras-jax")),
    (Contender("model", "keras-jax"), Contender("bare", "keras-jax")),
    (Contender("model", "keras-torch"), Contender("idiomatic", "keras-torch")),
    (Contender("model", "numpy"), Contender("model", "torch")),
)
#: What a step in NumPy consists of, each alone.
ROOFLINE = tuple(Contender(kind, "numpy") for kind in ("products", "memory", "arithmetic", "functions"))
#: What it is held against.
ROOFLINE_AGAINST = (Contender("model", "numpy"), Contender("model", "torch"))


class OverheadRecord(Frozen):
    """All turns of one contest."""

    contest: str
    threads: int
    versions: dict[str, str]
    machine: Machine
    #: "model torch" -> seconds of each round's epoch.
    seconds: dict[str, tuple[float, ...]]
    #: Where contenders ran that can; NumPy's always run on the CPU.
    device: str = "cpu"
    #: Likewise, of the processor; older records have none.
    processor_seconds: dict[str, tuple[float, ...]] = Field(default_factory=dict)


def overhead_command(
    threads: Annotated[int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads of every contender.")] = 1,
    rounds: Annotated[int, typer.Option(min=6, max=MOST_TIMES, help="Turns of each contender.")] = 21,
    networks: Annotated[
        list[str] | None, typer.Option("--network", help=f"Only this one of {', '.join(CONTESTS)}; may be repeated.")
    ] = None,
    implementations: Annotated[
        list[str] | None,
        typer.Option("--implementation", help="Only comparisons among these; give two or more, or one with its loop."),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda; NumPy stays on the CPU.")] = "cpu",
    roofline: Annotated[
        bool,
        typer.Option(
            "--roofline",
            help="Instead: NumPy's products, memory, arithmetic and functions alone, beside NumPy and PyTorch.",
        ),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="JSON lines file that takes every turn's seconds.")] = None,
) -> None:
    """Time a training epoch of each model against the shortest idiomatic loop in the same framework.

    NumPy's is also timed against the textbook's, which has none of its tricks, and against PyTorch's.
    """
    if unknown := [name for name in networks or () if name not in CONTESTS]:
        raise typer.BadParameter(f"--network {unknown[0]!r} is unknown; there are {', '.join(CONTESTS)}")
    if roofline and (implementations or device != "cpu"):
        raise typer.BadParameter("--roofline is about NumPy on the CPU; leave --implementation and --device out")
    console = table_console()
    chosen = _roofline_pairs() if roofline else _pairs(implementations, device, console)
    if out is not None:
        check_output_file(out, "--out", _begins_with_record)
    headings = ("network", "epoch of", "against", "ratio", "95 % interval", "of processor time", "95 % interval")
    table = Table(*headings, box=None, pad_edge=False)
    lines: list[str] = []
    progress = plain_console(stderr=True)
    for name, contest in CONTESTS.items():
        if (networks and name not in networks) or (roofline and not contest.idiomatic):
            continue
        pairs = [pair for pair in chosen if contest.idiomatic or all(each.kind == "model" for each in pair)]
        if not pairs:
            continue
        contenders = list(dict.fromkeys(contender for pair in pairs for contender in pair))
        progress.print(
            f"{contest.name}: {counted(rounds, 'round')} of {counted(len(contenders), 'contender')}", highlight=False
        )
        turns = take_turns(contenders, name, threads, rounds, device)
        seconds = {contender: tuple(turn.seconds for turn in turns[contender]) for contender in contenders}
        working = {contender: tuple(turn.processor_seconds for turn in turns[contender]) for contender in contenders}
        for contender, reference in pairs:
            cells = [cell for times in (seconds, working) for cell in _cells(ratio(times[contender], times[reference]))]
            table.add_row(contest.name, " ".join(contender), " ".join(reference), *cells)
        for reference in ROOFLINE_AGAINST if roofline else ():
            cells = [cell for times in (seconds, working) for cell in _cells(ratio(_sum(times), times[reference]))]
            table.add_row(contest.name, "the sum of the parts", " ".join(reference), *cells)
        record = OverheadRecord(
            contest=contest.name,
            threads=threads,
            device=device,
            versions=versions(),
            machine=machine(),
            seconds={" ".join(contender): each for contender, each in seconds.items()},
            processor_seconds={" ".join(contender): each for contender, each in working.items()},
        )
        lines.append(record.model_dump_json())
        if out is not None:  # what is measured so far: the next network takes minutes
            write_beside(out, "\n".join(lines) + "\n")
    console.print(table)
    console.print(
        f"batch {BATCH_SIZE}, {device}, {counted(threads, 'thread')}, {rounds} rounds in turns", highlight=False
    )


def _roofline_pairs() -> list[tuple[Contender, Contender]]:
    parts = [(part, reference) for reference in ROOFLINE_AGAINST for part in ROOFLINE]
    return [ROOFLINE_AGAINST, *parts]


def _sum(times: Mapping[Contender, Sequence[float]]) -> list[float]:
    """Of the roofline's parts, round by round."""
    return [sum(parts) for parts in zip(*(times[part] for part in ROOFLINE), strict=True)]


def _pairs(implementations: list[str] | None, device: str, console: Console) -> list[tuple[Contender, Contender]]:
    """The comparisons among these implementations; None: all that can run here, and a line for those that cannot."""
    if device not in ("cpu", "cuda"):
        raise typer.BadParameter(f"--device {device!r} is unknown; there are cpu, cuda")
    if device == "cuda" and not has_gpu():
        raise DeviceError("device 'cuda': this machine shows no NVIDIA GPU (nvidia-smi); give --device cpu")
    known = dict.fromkeys(each.implementation for pair in PAIRS for each in pair)
    if unknown := [name for name in implementations or () if name not in known]:
        raise typer.BadParameter(
            f"--implementation {unknown[0]!r} is compared with nothing; there are {', '.join(known)}"
        )
    described = {name: known_implementations()[name] for name in known}
    # On a GPU, NumPy beside PyTorch would compare machines.
    able = {name for name, each in described.items() if device in each.devices}
    if wrong := [name for name in implementations or () if name not in able]:
        raise DeviceError(f"implementation {wrong[0]!r} runs on {', '.join(described[wrong[0]].devices)}")
    if implementations is None:
        for name in sorted(able):
            if missing := described[name].missing():
                console.print(f"{name}: left out: it needs {', '.join(missing)}", highlight=False)
                able.remove(name)
    chosen = able if implementations is None else set(implementations)
    pairs = [pair for pair in PAIRS if all(each.implementation in chosen for each in pair)]
    if not pairs:
        raise typer.BadParameter("--implementation: these are not compared with each other; add numpy")
    return pairs


def _begins_with_record(head: bytes) -> bool:
    """Whether a file that begins so was written by this command."""
    try:
        OverheadRecord.model_validate_json(head.partition(b"\n")[0])
    except ValidationError:
        return False
    return True


def _cells(measured: Ratio) -> tuple[str, str]:
    return f"{measured.median:.2f}", f"{measured.low:.2f} to {measured.high:.2f}"

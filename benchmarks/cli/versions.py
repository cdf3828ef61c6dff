"""`threefold versions`: what another version of a framework changes in speed, memory and accuracy."""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.cli.compare import Format
from benchmarks.cli.gating import GateFile, Rounds, Threads, TimeLimit


def versions_command(
    packages: Annotated[
        list[str],
        typer.Option(
            "--with",
            metavar="NAME==VERSION",
            help="A side's version, such as torch==2.12.0; give it twice or more, the first is the baseline. "
            "Several packages of one side are separated by commas.",
        ),
    ],
    commit: Annotated[
        str, typer.Option(metavar="REF", help="The code that runs: a branch, tag or commit, or the files as they are.")
    ] = "worktree",
    file: GateFile = None,
    cell: Annotated[list[str] | None, typer.Option(help="Only this cell; may be given several times.")] = None,
    out: Annotated[
        Path, typer.Option(help="Folder of environments and of what was measured; the same call goes on from there.")
    ] = Path("results/local/versions"),
    time_limit: TimeLimit = 240.0,
    rounds: Rounds = 30,
    threads: Threads = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was measured before.")] = False,
    output_format: Annotated[Format, typer.Option("--format", help="How each comparison is printed.")] = Format.TABLE,
) -> None:
    """Measure the same code under several versions of a package: times, memory, trajectories, accuracy.

    Every side runs in an environment of its own, laid over this one. A page in the folder shows what each upgrade
    changed. The exit code is that of the worst comparison.
    """
    from benchmarks.cli.terminal import plain_console
    from benchmarks.gate import output, trees
    from benchmarks.gate.cells import GateFileError, read_gate_file
    from benchmarks.gate.gate import Gate
    from benchmarks.gate.sequential import Effort
    from benchmarks.gate.versions import compare_versions
    from report.build import build_report

    repository = trees.repository_of(Path.cwd())
    gate_file = read_gate_file(file, repository)
    if cell:
        known = {each.name: each for each in gate_file.cell}
        if unknown := [name for name in cell if name not in known]:
            raise GateFileError(f"--cell {unknown[0]!r} is unknown; there are {', '.join(known)}")
        gate_file = gate_file.model_copy(update={"cell": tuple(known[name] for name in cell)})
    progress = plain_console(stderr=True)
    gate = Gate(
        repository=repository,
        file=gate_file,
        baseline=commit,
        candidate=commit,
        folder=out,
        effort=Effort(rounds, time_limit),
        threads=threads,
        fresh=fresh,
        tell=lambda line: progress.print(line, soft_wrap=True),
    )
    sides = [[package.strip() for package in side.split(",")] for side in packages]
    comparisons = compare_versions(gate, sides)
    console = plain_console()
    for comparison in comparisons:
        if output_format is Format.TABLE:
            console.print(f"{comparison.baseline} against {comparison.candidate}", soft_wrap=True)
        output.show(console, comparison, output_format, everything=True)
    build_report([out], out)
    progress.print(f"{out / 'index.html'} is written", soft_wrap=True)
    codes = {comparison.exit_code for comparison in comparisons}
    raise typer.Exit(1 if 1 in codes else max(codes))

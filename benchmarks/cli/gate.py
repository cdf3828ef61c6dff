"""`threefold gate`: did this change make training slower, bigger or worse? An exit code for continuous integration."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.cli.compare import Format
from benchmarks.cli.gating import GateFile, Rounds, Threads, TimeLimit, enough_rounds
from benchmarks.cli.numbers import MOST_TIMES, finite

DEFAULT_FOLDER = Path("results/local/gate")
SELF_TEST_FOLDER = Path("results/local/gate-self-test")


def gate_command(
    baseline: Annotated[
        str | None, typer.Option(metavar="REF", help="Branch, tag or commit to compare with; else the stored baseline.")
    ] = None,
    candidate: Annotated[
        str, typer.Option(metavar="REF", help="What is judged: a branch, tag or commit, or the files as they are.")
    ] = "worktree",
    file: GateFile = None,
    out: Annotated[
        Path, typer.Option(help="Folder of what was measured; the same gate again goes on from there.")
    ] = DEFAULT_FOLDER,
    threshold: Annotated[
        float,
        typer.Option(min=0.0, max=10.0, callback=finite, help="An increase of up to this share is never a regression."),
    ] = 0.03,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.001, max=10.0, callback=finite, help="A gate passes only if an increase of this share is excluded."
        ),
    ] = 0.05,
    alpha: Annotated[
        float, typer.Option(min=1e-6, max=0.2, callback=finite, help="How often a whole verdict may be a false alarm.")
    ] = 0.01,
    time_limit: TimeLimit = 240.0,
    rounds: Rounds = 30,
    threads: Threads = 1,
    allow_new_mathematics: Annotated[
        bool, typer.Option("--allow-new-mathematics", help="The training is meant to change; its accuracy decides.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was measured of the same commits.")] = False,
    init: Annotated[bool, typer.Option("--init", help="Only make the current commit the baseline.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Only make the candidate of the last gate, which passed, the baseline.")
    ] = False,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Instead: measure on this machine how often the gate errs; hours.")
    ] = False,
    series_rounds: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_TIMES,
            callback=enough_rounds,
            help="Of a self-test: rounds of each series, 8 or more; 0 for whole gates alone.",
        ),
    ] = 60,
    repeats: Annotated[
        int, typer.Option(min=0, max=MOST_TIMES, help="Of a self-test: whole gates that are repeated.")
    ] = 20,
    loaded_repeats: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_TIMES,
            help="Of a self-test: whole gates while a process keeps one core busy half of the time.",
        ),
    ] = 0,
    comparisons: Annotated[
        int, typer.Option(min=1, max=MOST_TIMES, help="Of a self-test: resampled verdicts of each kind.")
    ] = 400,
    everything: Annotated[bool, typer.Option("--all", help="Show also what is not worse or identical.")] = False,
    output_format: Annotated[Format, typer.Option("--format", help="How the verdict is printed.")] = Format.TABLE,
    markdown: Annotated[
        Path | None, typer.Option(help="Also write Markdown here; an earlier verdict is replaced.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write JSON here; an earlier verdict is replaced.")] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Also write JUnit XML here; an earlier verdict is replaced.")
    ] = None,
) -> None:
    """Judge a commit, or the files as they are, against a baseline commit: exit code 0, 1 (worse) or 2 (unclear).

    Both are built from git and measured in turns, for as long as the decision needs: time and peak memory of every
    cell, the exact training trajectory, and accuracy over folds where that departs.
    """
    from benchmarks.cli.terminal import plain_console
    from benchmarks.gate import output, trees
    from benchmarks.gate.baseline import accept as accept_candidate
    from benchmarks.gate.baseline import read_baseline, write_baseline
    from benchmarks.gate.cells import read_gate_file
    from benchmarks.gate.gate import Gate, run_gate
    from benchmarks.gate.sequential import Effort
    from benchmarks.records.output_files import check_output_file
    from benchmarks.records.store import write_beside
    from report.comparing.verdicts import Limits

    places = {name: path for name, path in (("markdown", markdown), ("json", json), ("junit", junit)) if path}
    for name, path in places.items():  # now, and not after minutes of measuring
        check_output_file(path, f"--{name}", partial(output.begins_like, name))
    console, progress = plain_console(), plain_console(stderr=True)
    repository = trees.repository_of(Path.cwd())
    if init or accept:
        if init:
            commit = trees.resolve(repository, baseline or "HEAD")
            path = write_baseline(repository, commit, "made the baseline by --init")
        else:
            commit, path = accept_candidate(repository, out)
        console.print(f"{commit[:12]} is the baseline; commit {path.relative_to(repository)}", soft_wrap=True)
        return
    limits = Limits(threshold=threshold, tolerance=tolerance, alpha=alpha)

    def tell(line: str) -> None:
        progress.print(line, soft_wrap=True)

    if self_test:
        from benchmarks.gate.self_test.measuring import Extent
        from benchmarks.gate.self_test.result import as_table
        from benchmarks.gate.self_test.run import run_self_test

        result = run_self_test(
            repository,
            read_gate_file(file, repository),
            out if out != DEFAULT_FOLDER else SELF_TEST_FOLDER,
            extent=Extent(series_rounds, repeats, loaded_repeats),
            comparisons=comparisons,
            limits=limits,
            effort=Effort(rounds, time_limit),
            threads=threads,
            fresh=fresh,
            tell=tell,
        )
        for line in as_table(result):
            console.print(line, soft_wrap=True)
        raise typer.Exit(0 if result.holds else 1)
    gate = Gate(
        repository=repository,
        file=read_gate_file(file, repository),
        baseline=baseline or read_baseline(repository).commit,
        candidate=candidate,
        folder=out,
        limits=limits,
        effort=Effort(rounds, time_limit),
        threads=threads,
        allow_new_mathematics=allow_new_mathematics,
        fresh=fresh,
        tell=tell,
    )
    comparison = run_gate(gate)
    for name, path in places.items():
        write_beside(path, output.WRITERS[name](comparison))
    output.show(console, comparison, output_format, everything)
    raise typer.Exit(comparison.exit_code)

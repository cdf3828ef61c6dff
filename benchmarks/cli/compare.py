"""`threefold compare`: two stored runs, or two pytest-benchmark files, with an exit code for continuous integration."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.cli.numbers import LONGEST_S, finite


class Format(StrEnum):
    """How a comparison is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    JUNIT = "junit"


def compare_command(
    baseline: Annotated[
        Path, typer.Argument(metavar="A", help="The baseline: a run's folder, or a pytest-benchmark file or folder.")
    ],
    candidate: Annotated[Path, typer.Argument(metavar="B", help="The candidate, of the same kind.")],
    threshold: Annotated[
        float,
        typer.Option(min=0.0, max=10.0, callback=finite, help="An increase of up to this share is never a regression."),
    ] = 0.03,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.001, max=10.0, callback=finite, help="'not worse' means: an increase of this share is excluded."
        ),
    ] = 0.10,
    alpha: Annotated[
        float, typer.Option(min=1e-6, max=0.2, callback=finite, help="How often a whole verdict may be a false alarm.")
    ] = 0.01,
    floor: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=LONGEST_S,
            callback=finite,
            metavar="SECONDS",
            help="Times that differ by less are never worse; else 1e-6 of runs, 1e-8 of pytest-benchmark's files.",
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Give ratios, without a verdict, although machines or versions differ.")
    ] = False,
    versions: Annotated[
        bool,
        typer.Option("--versions", help="Judge two runs although their versions differ: to see what these change."),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show also what is not worse or identical.")] = False,
    output_format: Annotated[Format, typer.Option("--format", help="How the comparison is printed.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="Write it to this new file instead, and print the verdict.")] = None,
) -> None:
    """Judge B against A: exit code 0 if nothing is worse, 1 for a regression, 2 if the data cannot say.

    Two folders of 'threefold run' are compared in time, peak memory, accuracy (paired by seed and fold) and
    certificates; two files of pytest-benchmark --benchmark-json, or two folders of several such files, in time.
    """
    from benchmarks.cli.terminal import plain_console
    from benchmarks.gate import output
    from benchmarks.gate.compare import compare
    from benchmarks.printable import printable
    from benchmarks.records.output_files import check_output_file
    from benchmarks.records.store import write_beside
    from report.comparing.verdicts import Limits

    if out is not None:
        if output_format is Format.TABLE:
            raise typer.BadParameter("a table goes to the terminal; choose --format markdown, json or junit with --out")
        check_output_file(out, "--out")
    limits = Limits(threshold=threshold, tolerance=tolerance, alpha=alpha)
    if floor is not None:
        limits = limits.model_copy(update={"floor_s": floor})
    comparison = compare(baseline, candidate, limits, anyway=anyway, versions=versions)
    console = plain_console()
    if out is None:
        output.show(console, comparison, output_format, everything)
    else:
        write_beside(out, output.WRITERS[output_format](comparison))
        console.print(printable(comparison.summary), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(comparison.exit_code)

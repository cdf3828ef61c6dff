"""`threefold report`: tables, figures and page again, from records alone."""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.cli.terminal import plain_console
from impls.errors import ThreefoldError


def report_command(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Folders that 'threefold run' wrote, or one of 'threefold versions'."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Where the report goes; needed for several runs, else the run's own folder.")
    ] = None,
    versions: Annotated[
        bool,
        typer.Option(
            "--versions",
            help="Judge run B against run A although their versions differ, to see what the versions change.",
        ),
    ] = False,
    readme: Annotated[
        Path | None,
        typer.Option(help="Also renew this Markdown file's results block from the published runs beside it."),
    ] = None,
) -> None:
    """Rebuild tables, figures and page from records; several runs stand side by side."""
    from report.build import build_report  # other commands start without it

    if out is None:
        if len(runs) > 1:
            raise ThreefoldError("several runs make a report of their own: give its folder with --out")
        out = runs[0]
    if readme is None:
        build_report(runs, out, versions)
    else:
        from report.readme import is_stale, published_beside, update_readme  # it imports all that computes tables

        is_stale(readme, published_beside(readme))  # what is wrong with the file is said before anything is written
        build_report(runs, out, versions)
        update_readme(readme, published_beside(readme))
    plain_console().print(f"{out / 'index.html'} is written", soft_wrap=True)

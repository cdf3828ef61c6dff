"""`threefold history`: one line of results for each commit, and the commits at which they changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.cli.numbers import MOST_THREADS, MOST_TIMES
from benchmarks.cli.terminal import plain_console, say

if TYPE_CHECKING:
    from benchmarks.gate.history.lines import HistoryLine

history_app = typer.Typer(
    name="history",
    help="Keep a line of results for each commit, and find the commits at which they changed.",
    no_args_is_help=True,
    add_completion=False,
)

Folder = Annotated[Path, typer.Option("--folder", help="Folder of the history.")]
DEFAULT_FOLDER = Path("results/history")


@history_app.command("add")
def add_command(
    commit: Annotated[str, typer.Argument(metavar="REF", help="Branch, tag or commit to measure.")] = "HEAD",
    file: Annotated[
        Path | None, typer.Option(help="What is measured; else the repository's gate.toml, else Threefold's own cells.")
    ] = None,
    launches: Annotated[int, typer.Option(min=1, max=MOST_TIMES, help="Fresh processes of each cell.")] = 5,
    threads: Annotated[
        int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads of every measured process.")
    ] = 1,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Measure a commit and add its line; a line of the same commit, machine and versions is replaced."""
    from benchmarks.gate import trees
    from benchmarks.gate.cells import read_gate_file
    from benchmarks.gate.history.lines import add_line, read_history
    from benchmarks.gate.history.measuring import measure_commit
    from benchmarks.records.output_files import check_output_folder

    check_output_folder(folder, "--folder")  # this, and a damaged file, is reported before minutes of measuring
    read_history(folder)
    repository = trees.repository_of(Path.cwd())
    progress = plain_console(stderr=True)
    line = measure_commit(
        repository,
        commit,
        read_gate_file(file, repository),
        launches,
        threads,
        lambda text: progress.print(text, soft_wrap=True),
    )
    add_line(folder, line)
    say(f"{line.commit[:12]} is added: {len(line.figures)} figures of {launches} launch(es)")


@history_app.command("show")
def show_command(
    folder: Folder = DEFAULT_FOLDER,
    out: Annotated[
        Path | None, typer.Option(help="Write a page with drawings here; an earlier one is replaced.")
    ] = None,
) -> None:
    """Print segments and changes, and draw the page."""
    from benchmarks.gate.history.changes import changes_of
    from benchmarks.gate.history.lines import segments_of
    from benchmarks.gate.history.page import as_page, begins_like_page, words
    from benchmarks.records.output_files import check_output_file
    from benchmarks.records.store import write_beside

    if out is not None:
        check_output_file(out, "--out", begins_like_page)
    lines = _lines(folder)
    changes = changes_of(lines)
    for segment in segments_of(lines):
        first, last = segment[0], segment[-1]
        processor = first.machine.processor
        say(f"{first.commit[:12]} to {last.commit[:12]}: {len(segment)} commit(s) on {processor}")
    for change in changes:
        say(words(change))
    if out is not None:
        write_beside(out, as_page(lines, changes))
        say(f"{out} is written")


@history_app.command("check")
def check_command(
    folder: Folder = DEFAULT_FOLDER,
    since: Annotated[
        str | None, typer.Option(metavar="COMMIT", help="Changes up to this commit are accepted; else the baseline's.")
    ] = None,
) -> None:
    """Exit code 1 if something became slower or larger and was not undone, 2 if there are too few commits to say."""
    from benchmarks.gate.history.changes import ENOUGH, changes_of
    from benchmarks.gate.history.lines import segments_of
    from benchmarks.gate.history.page import words

    lines = _lines(folder)
    accepted = _accepted(lines, since)
    places = {line.commit: place for place, line in enumerate(lines)}
    bad = [
        change
        for change in changes_of(lines)
        if change.ratio > 1 and change.undone_by is None and places[change.after] > accepted
    ]
    for change in bad:
        say(words(change))
    last = segments_of(lines)[-1]
    if bad:
        say(f"Regression: {len(bad)} change(s) for the worse that nothing has undone.")
        raise typer.Exit(1)
    if len(last) < ENOUGH:
        say(f"Could not judge: {len(last)} commit(s) under the present conditions; it takes {ENOUGH}.")
        raise typer.Exit(2)
    say(f"No regression in {len(lines)} commits.")


def _lines(folder: Path) -> "list[HistoryLine]":
    from benchmarks.gate.history.lines import HistoryError, read_history

    lines = read_history(folder)
    if not lines:
        raise HistoryError(f"{folder}: holds no history; add the first commit with 'threefold history add'")
    return lines


def _accepted(lines: "list[HistoryLine]", since: str | None) -> int:
    """Place of the last line whose changes are accepted; -1 where none are."""
    from benchmarks.gate import trees
    from benchmarks.gate.baseline import FILE, read_baseline
    from benchmarks.gate.history.lines import HistoryError

    commits = [line.commit for line in lines]
    if since is not None:
        matching = [place for place, commit in enumerate(commits) if commit.startswith(since)]
        if not matching or len(since) < 7:
            raise HistoryError(
                f"--since {since}: no line of the history is of this commit; give 7 digits or more of one"
            )
        return matching[-1]
    try:
        repository = trees.repository_of(Path.cwd())
    except trees.TreeError:
        return -1
    if not (repository / FILE).exists():
        return -1
    baseline = read_baseline(repository).commit
    return max((place for place, commit in enumerate(commits) if commit == baseline), default=-1)

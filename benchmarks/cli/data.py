"""`threefold data`: the data sets, what they are, whether they are here, and how to get them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBars
from rich.table import Table

from benchmarks.cli.terminal import plain_console, say
from benchmarks.datasets import Dataset, DatasetError, dataset, datasets
from benchmarks.datasets.sources.cache import FOLDER_VARIABLE
from benchmarks.datasets.sources.fetching import fetch, verify
from benchmarks.datasets.sources.ways import Progress
from benchmarks.printable import printable
from benchmarks.suites import Suite, read_suite
from benchmarks.tasks import tasks

#: Hexadecimal digits of a hash that tables show.
SHORT_HASH = 12

data_app = typer.Typer(
    name="data", help="Show, fetch and verify the data sets.", no_args_is_help=True, add_completion=False
)

Folder = Annotated[
    Path | None,
    typer.Option("--folder", envvar=FOLDER_VARIABLE, help="The data cache; otherwise in the user's cache folder."),
]
Names = Annotated[list[str] | None, typer.Argument(help="Names of data sets.", show_default=False)]


@data_app.command("list")
def list_command(
    folder: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Show every data set: source, licence, citation, size, hash, and whether it is here."""
    described = [_describe(each, folder) for each in datasets().values()]
    console = plain_console()
    if as_json:
        typer.echo(json.dumps(described, indent=2, ensure_ascii=True))  # escape codes of a plug-in stay escaped
    elif console.is_terminal:
        console.print(_table(described))
    else:
        for line in _plain(described):
            typer.echo(line)  # whose tabs separate what is printable


@data_app.command("fetch")
def fetch_command(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Every data set.")] = False,
    suite: Annotated[str | None, typer.Option("--suite", help="What the tasks of this suite need.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Download again what is there.")] = False,
    folder: Folder = None,
) -> None:
    """Download data sets into the cache, each checked by its SHA-256."""
    if [bool(names), everything, suite is not None].count(True) != 1:
        raise DatasetError(
            "name the data sets to fetch, or give either --suite NAME or --all (`threefold data list` shows them)"
        )
    if fetch_each(_chosen(names if suite is None else needed_by(read_suite(suite))), folder, force):
        raise typer.Exit(1)


@data_app.command("verify")
def verify_command(names: Names = None, folder: Folder = None) -> None:
    """Recompute the hashes of all copies on this machine; exit code 1 where one is damaged, or a named one missing."""
    sound = True
    for each in _chosen(names):
        copies = list(verify(each, folder))
        for place, damage in copies:
            say(f"{each.name}: {'sound, ' + place if damage is None else damage}")
            sound = sound and damage is None
        if not copies:
            say(f"{each.name}: missing; get it by {each.how_to_get()}")
            sound = sound and not names
    if not sound:
        raise typer.Exit(1)


@data_app.command("describe")
def describe_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of data, or a plug-in with data sets.")],
    target: Annotated[str | None, typer.Option(help="The column to predict, for the hash of the arrays.")] = None,
) -> None:
    """Print the fields (size, hash, shape) that a data set's description wants, ready to paste."""
    from benchmarks.own_data.describing import describe_file, describe_plugin  # the other commands do without

    is_plugin = file.suffix == ".py" or (file / "__init__.py").is_file()
    for line in describe_plugin(file) if is_plugin else describe_file(file, target):
        say(line)


def _chosen(names: list[str] | None) -> list[Dataset]:
    """The data sets of these names, all for none; an unknown name stops before anything is done."""
    return [dataset(name) for name in names] if names else list(datasets().values())


def needed_by(suite: Suite) -> list[str]:
    """The data sets of a suite's tasks."""
    return sorted({tasks()[name].dataset for name in suite.tasks})


def fetch_each(wanted: Iterable[Dataset], folder: Path | None = None, force: bool = False) -> dict[str, str]:
    """Download one after the other, whatever becomes of each, and say so; name -> why, for those that failed."""
    failures = {}
    for each in wanted:
        try:
            with _progress(each) as progress:
                place = fetch(each, folder, progress, force)
            say(f"{each.name}: {place}")
        except DatasetError as error:
            failures[each.name] = str(error)
            say(f"{each.name}: {error}", err=True)
    return failures


def _describe(each: Dataset, folder: Path | None) -> dict[str, Any]:
    place = each.place(folder)
    return {
        "name": each.name,
        "title": each.title,
        "kind": each.kind,
        "examples": each.examples,
        "shape": each.shape,
        "source": each.source,
        "licence": each.licence,
        "citation": each.citation,
        "size_bytes": each.size_bytes,
        "sha256": each.sha256,
        "present": place is not None,
        "place": place,
        "how_to_get": None if place else each.how_to_get(),
    }


def _shape(described: dict[str, Any]) -> str:
    """Examples and the extents of one, which a text has not."""
    extents = "×".join(map(str, described["shape"]))
    return f"{described['examples']:,}" + (f" × {extents}" if extents else "")


def _state(described: dict[str, Any]) -> str:
    return f"present, {described['place']}" if described["present"] else f"missing; {described['how_to_get']}"


def _table(described: list[dict[str, Any]]) -> Table:
    table = Table(show_lines=True)
    for column in ("name", "shape", "source, licence", "citation", "size, SHA-256", "state"):
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for each in described:
        table.add_row(
            printable(each["name"]),
            f"{each['kind']}\n{_shape(each)}",
            f"{printable(each['source'])}\n{printable(each['licence'])}",
            printable(each["citation"]),
            f"{decimal(each['size_bytes'])}\n{each['sha256'][:SHORT_HASH]}",
            printable(_state(each)),
        )
    return table


def _plain(described: list[dict[str, Any]]) -> Iterator[str]:
    """Lines of tab-separated fields, the first their names: what `cut` and `grep` take."""
    yield "\t".join(("name", "kind", "shape", "source", "licence", "citation", "size", "sha256", "state"))
    for each in described:
        fields = (each["name"], each["kind"], _shape(each), each["source"], each["licence"], each["citation"])
        written = (*fields, decimal(each["size_bytes"]), each["sha256"][:SHORT_HASH], _state(each))
        yield "\t".join(map(printable, written))


@contextmanager
def _progress(each: Dataset) -> Iterator[Progress]:
    """A bar at a terminal, and elsewhere one line when the download begins."""
    console = plain_console(stderr=True)
    if not console.is_terminal:
        begun: list[int] = []

        def begin(_: int, total: int) -> None:
            if not begun:
                say(f"{each.name}: downloading {decimal(total)}", err=True)
                begun.append(total)

        yield begin
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with ProgressBars(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(each.name, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)

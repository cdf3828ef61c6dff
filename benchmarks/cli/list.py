"""`threefold list`: what can be run here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.cli.terminal import table_console
from benchmarks.environment import has_gpu
from benchmarks.printable import printable
from benchmarks.studies import studies
from benchmarks.suites import read_suite, suite_names
from benchmarks.tasks import tasks
from impls.engines import Implementation, implementations
from impls.errors import ThreefoldError
from impls.plugins import origin, plugins, shown
from impls.spec.discovery import architectures

#: Below this many columns the terminal has no room for what `Listing.narrow` leaves out.
WIDE = 120


class Section(StrEnum):
    """The parts of the list."""

    TASKS = "tasks"
    ARCHITECTURES = "architectures"
    IMPLEMENTATIONS = "implementations"
    SUITES = "suites"
    STUDIES = "studies"
    PLUGINS = "plug-ins"


@dataclass(frozen=True)
class Listing:
    """One part of the list."""

    columns: tuple[str, ...]
    #: The columns for which a narrow terminal has room.
    narrow: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def holding(self, words: Iterable[str]) -> "Listing":
        """The rows in which every word occurs, in whatever column and case."""
        wanted = [word.casefold() for word in words]
        rows = tuple(row for row in self.rows if all(word in " ".join(row).casefold() for word in wanted))
        return Listing(self.columns, self.narrow, rows)


def list_command(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only rows that hold all of these words.", show_default=False)
    ] = None,
    only: Annotated[Section | None, typer.Option(help="Only this part of the list.")] = None,
) -> None:
    """Show tasks, architectures, implementations (with what is missing), suites, studies and plug-ins.

    'threefold list lstm' shows what has an LSTM in it, 'threefold list --only tasks classification' the tasks of that
    kind. At a terminal of less than 120 columns the less important columns are left out.
    """
    console = table_console()
    shown = 0
    for section, listing in _listings(only):
        chosen = listing.holding(words or ())
        if chosen.rows:
            console.print(_table(section, chosen, console))
        shown += len(chosen.rows)
    if not shown:
        raise ThreefoldError(f"nothing here holds {' '.join(words or ())!r}; 'threefold list' shows all there is")


def _listings(only: Section | None) -> Iterator[tuple[Section, Listing]]:
    made = {
        Section.TASKS: _tasks,
        Section.ARCHITECTURES: _architectures,
        Section.IMPLEMENTATIONS: _implementations,
        Section.SUITES: _suites,
        Section.STUDIES: _studies,
        Section.PLUGINS: _plugins,
    }
    for section, make in made.items():
        if only in (None, section):
            yield section, make()


def _tasks() -> Listing:
    rows = tuple(
        (
            task.name,
            task.kind,
            ", ".join(task.recipes),
            ", ".join(task.metrics),
            task.dataset,
            origin("tasks", task.name),
        )
        for task in tasks().values()
    )
    return Listing(("name", "kind", "recipes", "metrics", "data set", "from"), ("name", "kind", "recipes"), rows)


def _architectures() -> Listing:
    rows = tuple(
        (name, ", ".join(field.name for field in fields(architecture)), origin("architectures", name))
        for name, architecture in architectures().items()
    )
    return Listing(("name", "settings", "from"), ("name", "settings"), rows)


def _implementations() -> Listing:
    rows = tuple(
        (
            each.name,
            "compiled" if each.compiled else "eager",
            ", ".join(each.devices),
            _state(each),
            origin("implementations", each.name),
        )
        for each in implementations().values()
    )
    columns = ("name", "mode", "devices", "here")
    return Listing((*columns, "from"), columns, rows)


def _suites() -> Listing:
    rows = tuple(
        (suite.name, suite.description, ", ".join(suite.implementations), ", ".join(suite.tasks))
        for suite in map(read_suite, suite_names())
    )
    return Listing(("name", "description", "implementations", "tasks"), ("name", "description"), rows)


def _studies() -> Listing:
    rows = tuple(
        (study.name, f"{study.minutes:g} min", study.question, ", ".join(study.suite.tasks))
        for study in studies().values()
    )
    return Listing(("name", "takes", "question", "tasks"), ("name", "takes", "question"), rows)


def _plugins() -> Listing:
    """Everything that plug-ins add, also what has no part of the list of its own."""
    rows = tuple(
        (
            plugin.name,
            group,
            ", ".join(str(getattr(each, "name", getattr(each, "__name__", shown(each)))) for each in some),
        )
        for plugin in plugins()
        for group, some in plugin.objects.items()
        if some
    )
    columns = ("name", "adds", "which")
    return Listing(columns, columns, rows)


def _state(implementation: Implementation) -> str:
    if missing := implementation.missing():
        return f"missing: {', '.join(missing)} (pip install {' '.join(missing)})"
    if "cuda" in implementation.devices and not has_gpu():
        return "ready on cpu; cuda: no GPU here"
    return "ready"


def _table(section: Section, listing: Listing, console: Console) -> Table:
    columns: Sequence[str] = listing.columns if console.width >= WIDE else listing.narrow
    table = Table(title=section.value.capitalize(), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for row in listing.rows:
        table.add_row(
            *(printable(cell) for cell, column in zip(row, listing.columns, strict=True) if column in columns)
        )
    return table

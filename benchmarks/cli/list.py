"""`threefold list`: what can be run here."""

from dataclasses import fields

from rich.table import Table

from benchmarks.cli.terminal import table_console
from benchmarks.environment import has_gpu
from benchmarks.suites import read_suite, suite_names
from benchmarks.tasks import tasks
from impls.engines import Implementation, implementations
from impls.spec.discovery import architectures


def list_command() -> None:
    """Show tasks, architectures, implementations (with what is missing) and suites."""
    console = table_console()
    for table in (_tasks(), _architectures(), _implementations(), _suites()):
        console.print(table)


def _tasks() -> Table:
    table = _table("Tasks", "name", "data set", "kind", "metrics", "architectures")
    for task in tasks().values():
        table.add_row(task.name, task.dataset, task.kind, ", ".join(task.metrics), ", ".join(task.recipes))
    return table


def _architectures() -> Table:
    table = _table("Architectures", "name", "settings")
    for name, architecture in architectures().items():
        table.add_row(name, ", ".join(field.name for field in fields(architecture)))
    return table


def _implementations() -> Table:
    table = _table("Implementations", "name", "mode", "devices", "here")
    for each in implementations().values():
        table.add_row(each.name, "compiled" if each.compiled else "eager", ", ".join(each.devices), _state(each))
    return table


def _suites() -> Table:
    table = _table("Suites", "name", "tasks", "implementations", "description")
    for name in suite_names():
        suite = read_suite(name)
        table.add_row(name, ", ".join(suite.tasks), ", ".join(suite.implementations), suite.description)
    return table


def _state(implementation: Implementation) -> str:
    if missing := implementation.missing():
        return f"missing: {', '.join(missing)} (pip install {' '.join(missing)})"
    if "cuda" in implementation.devices and not has_gpu():
        return "ready on cpu; cuda: no GPU here"
    return "ready"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table

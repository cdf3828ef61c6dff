"""Commands that are imported when they are called: `threefold --help` should not wait for pandas."""

import importlib
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """Where a command is, and the line that the list of commands shows."""

    module: str
    #: A function, or a `typer.Typer` with commands of its own.
    attribute: str
    #: The first sentence of the function's docstring; a test compares them.
    summary: str


#: In the order in which help lists them.
COMMANDS = {
    "run": Entry(
        "benchmarks.cli.run",
        "run_command",
        "Measure a suite: accuracy, certificates, speed; then tables, figures and page.",
    ),
    "report": Entry(
        "benchmarks.cli.report",
        "report_command",
        "Rebuild tables, figures and page from records; several runs stand side by side.",
    ),
    "compare": Entry(
        "benchmarks.cli.compare",
        "compare_command",
        "Judge B against A: exit code 0 if nothing is worse, 1 for a regression, 2 if the data cannot say.",
    ),
    "gate": Entry(
        "benchmarks.cli.gate",
        "gate_command",
        "Judge a commit, or the files as they are, against a baseline commit: exit code 0, 1 (worse) or 2 (unclear).",
    ),
    "history": Entry(
        "benchmarks.cli.history",
        "history_app",
        "Keep a line of results for each commit, and find the commits at which they changed.",
    ),
    "versions": Entry(
        "benchmarks.cli.versions",
        "versions_command",
        "Measure the same code under several versions of a package: times, memory, trajectories, accuracy.",
    ),
    "certify": Entry(
        "benchmarks.cli.certify",
        "certify_command",
        "Certify implementations against each other: every architecture, every optimizer, both precisions.",
    ),
    "list": Entry(
        "benchmarks.cli.list",
        "list_command",
        "Show tasks, architectures, implementations (with what is missing), suites, studies and plug-ins.",
    ),
    "overhead": Entry(
        "benchmarks.cli.overhead",
        "overhead_command",
        "Time a training epoch of each model against the shortest idiomatic loop in the same framework.",
    ),
    "new": Entry(
        "benchmarks.cli.new",
        "new_command",
        "Write the skeleton of a plug-in: a task, an architecture or an implementation, with tests of what is missing.",
    ),
    "data": Entry("benchmarks.cli.data", "data_app", "Show, fetch and verify the data sets."),
}


def load(name: str) -> Any:
    """The command of that name, imported, as the command-line library has it (`typer.main.get_command`)."""
    entry = COMMANDS[name]
    target = getattr(importlib.import_module(entry.module), entry.attribute)
    if isinstance(target, typer.Typer):
        app = target
    else:
        app = typer.Typer(add_completion=False)
        app.command(name)(target)
    return typer.main.get_command(app)


class _Unloaded(TyperCommand):
    """Stands for a command in lists; becomes it when its arguments are parsed."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return load(str(self.name)).make_context(*args, **kwargs)


class Commands(TyperGroup):
    """The group of `COMMANDS`."""

    def list_commands(self, _context: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: Any, name: str) -> Any:
        entry = COMMANDS.get(name)
        return None if entry is None else _Unloaded(name, help=entry.summary, short_help=entry.summary)

"""`threefold run --table FILE --target COLUMN`: a file of the user's own as the one task of a suite."""

import atexit
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast, get_args

from rich.console import Console
from rich.table import Table

from benchmarks.cli.terminal import table_console
from benchmarks.datasets import datasets
from benchmarks.own_data.definition import Problem, Role
from benchmarks.own_data.errors import OwnDataError
from benchmarks.own_data.inference import Inferred, check_folds, infer
from benchmarks.own_data.plugin import write_plugin
from benchmarks.own_data.reading import ending_of, read_file, read_table
from benchmarks.printable import printable, shortened
from benchmarks.suites import Suite
from benchmarks.tasks import tasks
from impls.plugins import use

#: What the suite's settings keep when the user's own table takes the place of its tasks.
KEPT = (
    *("implementations", "devices", "dtype", "folds", "repeats", "threads", "time_limit_s"),
    *("memory_limit_mib", "keep_training_s"),
)
#: Columns, left-out ones and others, of which the console shows each; of more, the first.
MOST_SHOWN = 40


def own_suite(
    table: Path,
    target: str | None,
    base: Suite,
    *,
    text: str | None = None,
    problem: Problem | None = None,
    columns: list[str] | None = None,
    folds: int | None = None,
) -> Suite:
    """The suite with the file's task alone, which every process knows from now on; says what is inferred of the file.

    Args:
        table: the file.
        target: name of the column to predict; None is refused, with the names that there are.
        base: gives implementations, folds, timing and limits.
        text: name of a column of texts to classify by.
        problem: classification or regression, where it is not to be inferred.
        columns: NAME=ROLE each, where a column's role is not to be inferred.
        folds: what the user asks for; None is the suite's, or a held-out part for a large table.

    Raises:
        OwnDataError: the file cannot be used.
    """
    if target is None:
        raise OwnDataError(f"{table}: give the column to predict with --target; {_columns_of(table)}")
    inferred = infer(table, target, text=text, problem=problem, roles=_roles(columns or []), folds=folds)
    check_folds(table, inferred, folds or base.folds)
    name = inferred.definition.name
    if name in tasks() or name in datasets():
        raise OwnDataError(f"{table}: its task would be called {name!r}, which exists already; rename the file")
    _say(inferred, table_console())
    folder = TemporaryDirectory(prefix="threefold-table-")
    atexit.register(folder.cleanup)  # processes read it until the command ends
    use([write_plugin(inferred.definition, table, Path(folder.name))])
    content = base.model_dump(include=set(KEPT))
    timing = base.timing.model_dump() | {"leave_out": ()}
    return Suite.model_validate({**content, "timing": timing, "name": name, "tasks": (name,)})


def _columns_of(table: Path) -> str:
    ending_of(table)
    frame = read_table(table, read_file(table))
    return f"it has {', '.join(map(str, frame.columns[:20]))}{', …' if len(frame.columns) > 20 else ''}"


def _roles(columns: list[str]) -> Mapping[str, Role]:
    roles: dict[str, Role] = {}
    for each in columns:
        name, _, role = each.rpartition("=")
        if role not in get_args(Role) or not name:
            raise OwnDataError(f"--column {each}: give NAME=ROLE, where the role is one of {', '.join(get_args(Role))}")
        roles[name] = cast("Role", role)
    return roles


def _say(inferred: Inferred, console: Console) -> None:
    """What was inferred, in a short table."""
    definition = inferred.definition
    for line in _sentences(inferred):
        console.print(printable(line), soft_wrap=True)
    if definition.form != "table":
        return
    shown = Table(box=None, pad_edge=False)
    for title in ("column", "read as", "inputs", "remarks"):
        shown.add_column(title, overflow="fold")
    for column in definition.columns[:MOST_SHOWN]:
        role = f"category of {len(column.categories)}" if column.role == "category" else column.role
        shown.add_row(shortened(column.name), role, str(column.width), printable(column.remark))
    console.print(shown)
    if len(definition.columns) > MOST_SHOWN:
        console.print(f"and {len(definition.columns) - MOST_SHOWN:,} more columns")


def _sentences(inferred: Inferred) -> Iterator[str]:
    definition = inferred.definition
    what = f"{definition.problem} of {definition.target!r}"
    if inferred.rarest:
        name, count = inferred.rarest
        what += f", {len(definition.classes)} classes, the rarest {name!r} with {count:,} examples"
    yield f"{definition.file}: {definition.examples:,} rows; {what}"
    if inferred.left_out:
        yield f"{inferred.left_out:,} rows without a value of {definition.target!r} are left out"
    if definition.form == "text":
        unit = "letters" if definition.letters else "words"
        yield (
            f"texts of column {definition.text!r} are read in {unit}: the first {definition.length}, "
            f"a vocabulary of {definition.vocabulary:,}"
        )
    if definition.held_out:
        yield f"{definition.held_out:,} rows are held out, since there are many (--folds N makes folds instead)"

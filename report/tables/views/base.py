"""A table to be read: titled columns, and cells with a text and a value to sort by."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tabulate import tabulate

from report.text.formatting import ABSENT
from report.text.naming import one_line

RowType = TypeVar("RowType")

#: What Markdown, or HTML within it, would take for more than a letter.
MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|~#!$])")
#: What needs no care at all, as most fields are.
PLAIN = re.compile(r"[A-Za-z0-9.+-]*")
#: Rows of a table that are shown at most: more are for machines, which have them all.
MOST_ROWS = 1000


@dataclass(frozen=True)
class TableCell:
    """A field: what is shown, and for a number what it is sorted by."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Column:
    """A column: its title, which fields of a row it shows, and how; numbers stand to the right.

    `Column("Task", "task")` shows a field as it is, `quantity("Median", "median_s", seconds)` a formatted number, and
    `quantity("95 % interval", ("ci_low_s", "ci_high_s"), seconds_between)` two numbers, sorted by the first.
    """

    title: str
    fields: str | tuple[str, ...] = ()
    #: From the fields' values to the text.
    shown: Callable[..., str] = str
    numeric: bool = False

    def cell(self, row: object) -> TableCell:
        """What the column shows of a row."""
        names = (self.fields,) if isinstance(self.fields, str) else self.fields
        values = [getattr(row, name) for name in names]
        return numeric(self.shown(*values), values[0]) if self.numeric else text(self.shown(*values))


def quantity(title: str, fields: str | tuple[str, ...], shown: Callable[..., str]) -> Column:
    """A column of numbers, sorted by its first field."""
    return Column(title, fields, shown, numeric=True)


@dataclass(frozen=True)
class Row:
    """A line of the table; a marked one holds something that should not be taken at face value."""

    cells: tuple[TableCell, ...]
    marked: bool = False


@dataclass(frozen=True)
class View:
    """A whole table."""

    #: Used for the file, and for the table's address on the page.
    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    #: Rows beyond `MOST_ROWS`, which the table's files for machines have.
    left_out: int = 0

    @property
    def count(self) -> int:
        """Rows, shown or not."""
        return len(self.rows) + self.left_out


def text(content: str) -> TableCell:
    """A cell of words."""
    return TableCell(one_line(content))


def numeric(content: str, value: float | None) -> TableCell:
    """A cell with a number: its text, and the number itself to sort by."""
    return TableCell(content, value)


def view(
    name: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[RowType],
    marked: Callable[[RowType], bool],
    run: Column | None = None,
) -> View:
    """The first `MOST_ROWS` rows of a table as its columns show them.

    Args:
        marked: whether a row must not be taken at face value.
        run: the column that names the run, in a report of several; it comes first. (In the CSV files it stays last, so
            that their first columns are always the same.)
    """
    shown = tuple(columns) if run is None else (run, *columns)
    body = tuple(Row(tuple(column.cell(row) for column in shown), marked(row)) for row in rows[:MOST_ROWS])
    return View(name, caption, shown, body, left_out=len(rows) - len(body))


def condensed(table: View) -> View:
    """Without the columns that say the same in all rows: the caption says it once. Empty ones are left out."""
    if len(table.rows) < 2 or table.left_out:
        return table
    texts = [{row.cells[place].text for row in table.rows} for place in range(len(table.columns))]
    kept = [place for place, here in enumerate(texts) if len(here) > 1 or place == 0]
    same = [
        f"{table.columns[place].title.lower()}: {value}"
        for place, here in enumerate(texts)
        if place not in kept and (value := next(iter(here))) not in ("", ABSENT)
    ]
    return View(
        table.name,
        f"{table.caption} (in all rows {'; '.join(same)})" if same else table.caption,
        tuple(table.columns[place] for place in kept),
        tuple(Row(tuple(row.cells[place] for place in kept), row.marked) for row in table.rows),
    )


def markdown(table: View) -> str:
    """The view as a Markdown table (GitHub's), everything in it taken as plain text."""
    columns = [escape_markdown(column.title) for column in table.columns]
    rows = [[escape_markdown(cell.text) for cell in row.cells] for row in table.rows]
    alignment = ["right" if column.numeric else "left" for column in table.columns]
    written: str = tabulate(
        rows, headers=columns, tablefmt="pipe", disable_numparse=True, colalign=alignment if rows else None
    )
    return f"{written}\n\n{table.left_out:,} more rows: {table.name}.csv" if table.left_out else written


def escape_markdown(content: str) -> str:
    """Plain text that Markdown shows as it is, on one line."""
    if PLAIN.fullmatch(content):
        return content
    plain = one_line(content).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MARKDOWN_SIGNS.sub(r"\\\1", plain)

"""A table to be read: titled columns, and cells with a text and a value to sort by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from report.text.naming import one_line

#: What Markdown, or HTML within it, would take for more than a letter.
MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|~#!$])")


@dataclass(frozen=True)
class Column:
    """A column's title; numbers stand to the right."""

    title: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """A field: what is shown, and for a number what it is sorted by."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """A line of the table; a marked one holds something that should not be taken at face value."""

    cells: tuple[Cell, ...]
    marked: bool = False


@dataclass(frozen=True)
class View:
    """A whole table."""

    #: Used for the file, and for the table's address on the page.
    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def text(content: str) -> Cell:
    """A cell of words."""
    return Cell(one_line(content))


def numeric(content: str, value: float | None) -> Cell:
    """A cell with a number: its text, and the number itself to sort by."""
    return Cell(content, value)


def view(name: str, caption: str, columns: Sequence[Column], rows: Sequence[Row], several: bool) -> View:
    """A view of rows whose last cell is the run: it comes first where there are several, and goes where there is one.

    (In the CSV files it stays last, so that their first columns are always the same.)
    """
    if several:
        moved = tuple(Row((row.cells[-1], *row.cells[:-1]), row.marked) for row in rows)
        return View(name, caption, (Column("Run"), *columns), moved)
    return View(name, caption, tuple(columns), tuple(Row(row.cells[:-1], row.marked) for row in rows))


def markdown(table: View) -> str:
    """The view as a Markdown table (GitHub's), everything in it taken as plain text."""
    columns = [escape_markdown(column.title) for column in table.columns]
    rows = [[escape_markdown(cell.text) for cell in row.cells] for row in table.rows]
    alignment = ["right" if column.numeric else "left" for column in table.columns]
    return pd.DataFrame(rows, columns=columns).to_markdown(
        index=False, tablefmt="pipe", disable_numparse=True, colalign=alignment if rows else None
    )


def escape_markdown(content: str) -> str:
    """Plain text that Markdown shows as it is, on one line."""
    plain = one_line(content).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MARKDOWN_SIGNS.sub(r"\\\1", plain)

"""Output of commands: names and paths are printed as they are, in any encoding of terminal or pipe."""

import sys
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from benchmarks.printable import printable

#: Columns of output that goes to a file or a pipe: wide enough for the tables, so that names are not broken.
PLAIN_WIDTH = 200


class _PlainConsole(Console):
    """Lets no control character of a name or path reach the terminal, in a sentence or in a cell of a table."""

    def render_str(self, text: str, **settings: Any) -> Text:
        return super().render_str("\n".join(map(printable, text.split("\n"))), **settings)


def plain_console(width: int | None = None, *, stderr: bool = False) -> Console:
    """A console for which neither brackets nor colons (`[old]`, `:cat:`) in names and paths are markup."""
    return _PlainConsole(markup=False, emoji=False, highlight=False, width=width, stderr=stderr)


def say(line: str, *, err: bool = False) -> None:
    """Print one line, however long, without control characters."""
    typer.echo(printable(line), err=err)


def table_console() -> Console:
    """The terminal at its own width; elsewhere wide lines."""
    console = plain_console()
    return console if console.is_terminal else plain_console(PLAIN_WIDTH)


def accept_every_character() -> None:
    """Let what the output's encoding lacks (ü in cp932, a file name that is not UTF-8) be written as `\\xfc`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

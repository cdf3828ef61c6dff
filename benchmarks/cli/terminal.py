"""Consoles for commands: names and paths are printed as they are, in any encoding of terminal or pipe."""

import sys

from rich.console import Console

#: Columns of output that goes to a file or a pipe: wide enough for the tables, so that names are not broken.
PLAIN_WIDTH = 200


def plain_console(width: int | None = None, *, stderr: bool = False) -> Console:
    """A console for which brackets in names and paths are no markup."""
    return Console(markup=False, highlight=False, width=width, stderr=stderr)


def table_console() -> Console:
    """The terminal at its own width; elsewhere wide lines."""
    console = plain_console()
    return console if console.is_terminal else plain_console(PLAIN_WIDTH)


def accept_every_character() -> None:
    """Let what the output's encoding lacks (ü in cp932, a file name that is not UTF-8) be written as `\\xfc`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

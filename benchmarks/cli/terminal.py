"""Where commands print their tables."""

from rich.console import Console

#: Columns of output that goes to a file or a pipe: wide enough for the tables, so that names are not broken.
PLAIN_WIDTH = 200


def table_console() -> Console:
    """The terminal at its own width, and a wide page elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)

"""The command `threefold`: its verbs, and how its errors are told."""

import signal
import sys
from collections.abc import Sequence

import typer
from rich.console import Console

from benchmarks.cli.certify import certify_command
from benchmarks.cli.compare import compare_command
from benchmarks.cli.data import data_app
from benchmarks.cli.list import list_command
from benchmarks.cli.overhead import overhead_command
from benchmarks.cli.report import report_command
from benchmarks.cli.run import run_command
from impls.errors import ThreefoldError

#: Exit codes: something measured failed; the user's input is wrong; interrupted at the terminal.
FAILED, WRONG, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="threefold",
    help="Matched neural networks in NumPy, PyTorch and Keras: proved equal, cross-validated, timed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run_command)
app.command("report")(report_command)
app.command("certify")(certify_command)
app.command("list")(list_command)
app.command("overhead")(overhead_command)
app.command("compare")(compare_command)
app.add_typer(data_app, name="data")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code; what the user can put right is one line on stderr."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(arguments: list[str]) -> int:
    try:
        return int(app(arguments, standalone_mode=False, prog_name="threefold") or 0)
    except typer.TyperException as error:
        return _complain(f"{' '.join(error.format_message().split())} ('threefold --help' shows what there is)")
    except ThreefoldError as error:
        return _complain(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}; make room or choose another place, then run it again")
    except KeyboardInterrupt:
        return INTERRUPTED


def _complain(line: str) -> int:
    Console(stderr=True).print(f"threefold: {line}", markup=False, highlight=False, soft_wrap=True)
    return WRONG


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt

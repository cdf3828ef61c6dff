"""The command `threefold`: its commands, and how its errors are reported."""

import importlib.metadata
import re
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.cli.loading import Commands
from benchmarks.cli.terminal import accept_every_character, plain_console
from benchmarks.printable import printable

#: Exit codes: something measured failed; the user's input is wrong; a fault of Threefold's own, which must look like
#: neither of them to continuous integration (EX_SOFTWARE of sysexits.h); interrupted at the terminal.
FAILED, WRONG, BROKEN, INTERRUPTED = 1, 2, 70, 130

#: `--out=`
EMPTY_OPTION = re.compile(r"--[\w-]+=")

app = typer.Typer(name="threefold", cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"threefold {importlib.metadata.version('threefold')}")
        raise typer.Exit


def _load_plugins(paths: list[Path] | None) -> list[Path] | None:
    if paths:
        from impls.plugins import plugins, use  # it imports NumPy, for which `--help` does not wait

        use(paths)
        plugins()
    return paths


#: The option that any command takes, before its name or after it.
PLUGIN = "--plugin"


@app.callback()
def threefold(
    plugin: Annotated[
        list[Path] | None,
        typer.Option(
            PLUGIN,
            metavar="FILE.py",
            callback=_load_plugins,
            help="Load data sets, tasks, networks and more from this file or folder; may be given several times, "
            "before the command or after it.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Matched neural networks in NumPy, PyTorch and Keras: proved equal, cross-validated, timed."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code; what the user can put right is one line on stderr."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # background jobs of a shell ignore it
        signal.signal(signal.SIGINT, _interrupt)
    accept_every_character()
    sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(arguments: list[str]) -> int:
    for before, argument in zip(["threefold", *arguments], arguments, strict=False):
        if argument == "" or EMPTY_OPTION.fullmatch(argument):
            # As a path it would be the current folder; a variable of the shell that is not set gives one.
            return _complain(
                f"{argument.removesuffix('=') or before}: what follows is empty; give a value, or leave it out"
            )
    try:
        return int(app(_plugins_first(arguments), standalone_mode=False, prog_name="threefold") or 0)
    except typer.TyperException as error:
        return _complain(f"{' '.join(error.format_message().split())} ('threefold --help' shows what there is)")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}; make room or choose another place, then run it again")
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        return _complain("the memory does not suffice for what was given; give less, or more memory, and run it again")
    except Exception as error:
        if _interruption.came:  # extension modules turn an interrupt within them into errors of their own
            return INTERRUPTED
        from impls.errors import ThreefoldError  # it imports NumPy, for which `--help` does not wait

        if isinstance(error, ThreefoldError):
            return _complain(str(error))
        traceback.print_exc()
        return BROKEN
    finally:
        _say_plugin_problems()


def _plugins_first(arguments: list[str]) -> list[str]:
    """The arguments with `--plugin FILE` before the command, whose options are its own."""
    first: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            return [*first, *rest, argument, *remaining]
        if argument == PLUGIN:
            first += [argument, *([value] if (value := next(remaining, None)) is not None else [])]
        elif argument.startswith(f"{PLUGIN}="):
            first.append(argument)
        else:
            rest.append(argument)
    return [*first, *rest]


def _say_plugin_problems() -> None:
    """One line for each plug-in that could not be used, whatever became of the command."""
    if "impls.plugins" in sys.modules:
        from impls.plugins import problems

        for line in problems():
            _complain(line)


def _complain(line: str) -> int:
    plain_console(stderr=True).print(printable(f"threefold: {line}"), soft_wrap=True)
    return WRONG


class _Interruption:
    """Whether the user, or the system, has asked the process to end."""

    came = False


_interruption = _Interruption()


def _interrupt(_signal: int, _frame: object) -> None:
    _interruption.came = True
    raise KeyboardInterrupt

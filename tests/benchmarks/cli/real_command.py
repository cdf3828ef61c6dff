"""The real command line for tests: as a process or in this one, and the suite of a tiny run."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.cli.main import main
from tests.remembered import remembering

SMALL = """
name = "small"
tasks = ["diabetes"]
implementations = ["numpy"]
folds = 2
keep_training_s = 0
[timing]
launches = 1
batch_sizes = [32]
budget_s = 0.02
"""

#: The command with a report that is not written, for what is not about the report, which takes longer than such runs.
WITHOUT_REPORT = """
import sys
from types import SimpleNamespace
sys.modules["report.build"] = SimpleNamespace(build_report=lambda *_: None)
from benchmarks.cli.main import main
main(sys.argv[1:])
"""
THREEFOLD = (sys.executable, "-m", "benchmarks")


def unreported() -> list[str]:
    """The command without a report and without working out what it would, of the same sources, each time."""
    return [sys.executable, "-c", remembering() + WITHOUT_REPORT]


def threefold(
    *arguments: str, command: Sequence[str] = THREEFOLD, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own; where none is needed, `called` costs a few seconds less."""
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=300,
        check=False,
    )


class Done(NamedTuple):
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


def called(*arguments: object) -> Done:
    """`threefold` with these arguments in this process, whose start would take longer than most commands."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line with which the command refuses, in this process."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    message = capsys.readouterr().err
    assert ended.value.code == 2, message
    assert len(message.strip().splitlines()) == 1, message
    assert message.startswith("threefold: ")
    return message


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

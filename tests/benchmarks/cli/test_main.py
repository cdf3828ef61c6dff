"""The command itself: its help, its version, its completion, and what it imports for them."""

import importlib.metadata
import subprocess
import sys

import pytest

from benchmarks.cli.loading import COMMANDS, load
from benchmarks.cli.main import BROKEN, main


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "--help")
    assert all(f" {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_how_its_own_help_begins(name: str) -> None:
    assert (load(name).help or "").split("\n\n")[0].replace("\n", " ") == COMMANDS[name].summary


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"Usage: threefold {name} " in printed(capsys, name, "--help")


def test_a_fault_of_its_own_looks_like_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError("a fault")

    monkeypatch.setattr("benchmarks.cli.main.app", broken)
    with pytest.raises(SystemExit) as ended:
        main(["gate"])
    assert ended.value.code == BROKEN
    assert "AssertionError: a fault" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--version") == f"threefold {importlib.metadata.version('threefold')}\n"


def test_help_waits_for_no_library_of_numbers() -> None:
    heavy = ["numpy", "pandas", "scipy", "sklearn", "matplotlib", "torch", "tensorflow", "keras", "pydantic"]
    heavy += ["requests"]
    script = f"""
import sys
from benchmarks.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [("threefold comp", "compare"), ("threefold compare --fo", "--format"), ("threefold data f", "fetch")],
)
def test_completion_offers_commands_and_their_options(words: str, offered: str) -> None:
    environment = {"_THREEFOLD_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.stdout.split() == [offered]


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nosuch"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "threefold: No such command 'nosuch'. ('threefold --help' shows what there is)\n"

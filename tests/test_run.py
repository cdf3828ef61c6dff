"""The parts hold every test once, and one that fails makes the whole fail."""

import fnmatch
import re
from pathlib import Path

import pytest

from tests import run
from tests.run import PARTS, Check, Part, main

SOURCES = {
    "passes": "def test_it(): pass\n",
    "fails": "def test_it(): raise AssertionError('on purpose')\n",
    "has no tests": "",
}


def part_of(folder: Path, kind: str) -> Part:
    (folder / kind).mkdir()
    (folder / kind / "test_it.py").write_text(SOURCES[kind])
    return Part(kind, (folder / kind,))


def test_every_test_module_is_in_one_part() -> None:
    for module in run.TESTS.rglob("test_*.py"):
        holding = [part.name for part in PARTS if _holds(part, module)]
        assert len(holding) == 1, (module, holding)


def test_other_systems_never_put_two_frameworks_into_one_process() -> None:
    """Where the parts are not run by `tests.run`, each command of pytest is on tests of one part."""
    workflow = (run.TESTS.parent / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    commands = re.findall(r"- run: python -m pytest (tests/.*)", workflow)
    assert len(commands) >= 3
    for command in commands:
        place, _, options = command.partition(" ")
        (pattern,) = re.findall(r"--ignore-glob=([^\s\"]+)", options) or [""]
        taken = [
            module
            for module in run.TESTS.rglob("test_*.py")
            if module.is_relative_to(run.TESTS.parent / place)
            and not any(
                fnmatch.fnmatch(str(folder.relative_to(run.TESTS.parent)), pattern)
                for folder in module.parents
                if folder.is_relative_to(run.TESTS)
            )
        ]
        own = {part.name for part in PARTS for module in taken if _holds(part, module) and part.folders[0] in PROCESSES}
        assert taken
        assert len(own) == 0 or (len(own) == 1 and len({module.parent for module in taken}) == 1), command


PROCESSES = [run.TORCH, run.KERAS, run.KERAS_JAX, run.KERAS_TORCH]


def _holds(part: Part, module: Path) -> bool:
    return (
        not isinstance(part, Check)
        and any(module.is_relative_to(folder) for folder in part.folders)
        and not any(module.is_relative_to(other) for other in part.ignored)
    )


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Part]:
    """A part of each kind, as pytest has run it, once for all tests."""
    return {kind: run.run(part_of(tmp_path_factory.mktemp("parts"), kind), []) for kind in SOURCES}


@pytest.mark.parametrize(
    ("kinds", "code"),
    [(["passes", "has no tests"], 0), (["fails", "passes"], 1), (["has no tests"], 1)],
)
def test_exit_code_and_summary(
    kinds: list[str],
    code: int,
    ended: dict[str, Part],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "PARTS", tuple(ended[kind] for kind in kinds))
    monkeypatch.setattr(run, "run", lambda part, arguments: part)
    assert main([]) == code
    shown = capsys.readouterr().out
    _, summary = shown.split(f"{len(kinds)} parts in ")
    assert len(summary.splitlines()) == 1 + len(kinds)
    assert ("on purpose" in shown) == ("fails" in kinds)
    assert summary.count("FAILED") == kinds.count("fails")


def test_types_and_layers_are_checked_with_the_tests() -> None:
    assert {part.name for part in PARTS if isinstance(part, Check)} == {"mypy", "lint-imports"}


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("false", 1)])
def test_a_check_takes_no_arguments_and_its_failure_is_one(
    command: str, code: int, ended: dict[str, Part], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PARTS", (ended["passes"], check := Check(command, (tmp_path,))))
    real = run.run
    monkeypatch.setattr(run, "run", lambda part, arguments: real(part, arguments) if part is check else part)
    assert main(["-x"]) == code

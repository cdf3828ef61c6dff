"""Lists of packages that several pips install side by side: each package once, and no failure is lost."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.pins import LISTS


@pytest.fixture
def install() -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", LISTS / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_package_of_a_list_is_some_pips_once_and_options_are_everybodys(
    path: Path, install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Sequence[str]] = []
    monkeypatch.setattr(install, "pip", lambda arguments: calls.append(arguments) or 0)
    assert install.main(["--no-deps", "-r", str(path), "-e", "."]) == 0
    options, packages = install.read(path)
    *shares, last = calls
    assert last == ["--no-deps", "-e", "."]
    assert sorted(word for share in shares for word in share[1 + len(options) :]) == sorted(packages)
    assert all(share[: 1 + len(options)] == ["--no-deps", *options] for share in shares)
    assert len(packages) > 5


@pytest.mark.parametrize("code", [1, -9])
def test_a_pip_that_fails_or_is_killed_fails_all(
    code: int, install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "pip", lambda arguments: code if "torch" in " ".join(arguments) else 0)
    assert install.main(["-r", str(LISTS / "tests.txt"), "-e", "."]) == code

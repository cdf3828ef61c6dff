"""Environments of other versions: what is read from pins, and which packages an environment has to have."""

import importlib.metadata
import sys
from pathlib import Path

import pytest

from benchmarks.gate.environments import differing_pins, pins_of, python_with, requirements_of, versions_in
from impls.errors import ThreefoldError

NUMPY = importlib.metadata.version("numpy")


def test_exact_pins_are_read_and_others_left_out() -> None:
    assert pins_of("numpy==2.4.6\n# comment\nTyper[all]==0.29.2 ; x\nkeras>=3\n\n") == {
        "numpy": "2.4.6",
        "typer": "0.29.2",
    }
    assert pins_of(None) == {}


def test_only_packages_that_differ_and_are_here_need_an_environment() -> None:
    old, new = {"numpy": "2.3.5", "not-a-package": "1", "scipy": "1"}, {"numpy": NUMPY, "scipy": "1"}
    names = differing_pins(old, new)
    assert names == ["numpy"]
    assert requirements_of(old, names) == ["numpy==2.3.5"]
    assert requirements_of(new, names) == []
    assert python_with([], Path("unused")) == Path(sys.executable)


def test_versions_are_those_of_the_interpreter() -> None:
    versions = versions_in(Path(sys.executable), ["numpy", "not-a-package"])
    assert versions["numpy"] == NUMPY
    assert "not-a-package" not in versions


def test_a_version_that_does_not_exist_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(ThreefoldError, match="numpy==999"):
        python_with(["numpy==999"], tmp_path)

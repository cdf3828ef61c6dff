"""Environments of other versions: what is read from pins, and which packages an environment has to have."""

import importlib.metadata
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.gate.environments import differing_pins, pins_of, python_with, requirements_of, versions_in
from benchmarks.gate.launches import Side, environment_of
from benchmarks.gate.store import claim_store
from benchmarks.gate.versions import _claim
from benchmarks.records.ownership import claim_folder
from benchmarks.records.store import RunFolderError
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


def test_a_side_has_its_own_tree_and_nothing_of_the_users_python_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worktree is on it as often as not: a baseline would take from there what it lacks."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "worktree"), "/mine"]))
    side = Side(tmp_path, Path(sys.executable), (".", "source"))
    places = environment_of(side, 1)["PYTHONPATH"].split(os.pathsep)
    assert [Path(each) for each in places] == [tmp_path, tmp_path / "source"]


@pytest.mark.parametrize("claim", [claim_store, _claim])
def test_nothing_is_installed_into_a_folder_that_is_not_ours(tmp_path: Path, claim: Callable[[Path], None]) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(RunFolderError, match="holds files but no run"):
        claim(tmp_path)
    (tmp_path / "thesis.txt").unlink()
    (tmp_path / "environments").symlink_to("elsewhere")
    with pytest.raises(RunFolderError, match=r"environments: is a link"):
        claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["environments"]


def test_a_folder_of_versions_that_was_made_before_it_was_marked_goes_on(tmp_path: Path) -> None:
    (tmp_path / "environments" / "environment-0").mkdir(parents=True)
    claim_folder(tmp_path / "torch-1-against-torch-2")
    _claim(tmp_path)
    _claim(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "*\n"  # or a worktree that is measured would hold all of it

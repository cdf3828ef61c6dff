"""The pinned versions fit together on every Python that the project is for, not only on the one that runs the tests."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests import pins
from tests.pins import ENVIRONMENTS, LISTS, PYTHONS, closure, every_extra, pinned_list, required
from tests.report.sample_runs import accuracy, place, write_run
from tests.test_project import PROJECT


def test_the_pythons_are_those_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    specifier = SpecifierSet(project["requires-python"])
    assert tuple(f"3.{minor}" for minor in range(8, 20) if f"3.{minor}.1" in specifier) == PYTHONS
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text()
    assert f"python: {json.dumps(PYTHONS)}" in workflow


@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_that_is_needed_is_pinned_and_runs_there(python: str) -> None:
    """By what the installed packages say of themselves: the Pythons they run on, and what they need on each."""
    everything = closure(required(*every_extra()), python)
    assert not everything.problems
    assert len(everything.with_extras) > 80


def listed(environment: str, python: str) -> set[str]:
    """The pins of a list that count on this platform, with this Python."""
    lines = (LISTS / f"{environment}.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if not line.startswith("#")]
    here = {"python_version": python}
    return {f"{each.name}{each.specifier}" for each in requirements if not each.marker or each.marker.evaluate(here)}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_list_of_an_environment_has_what_it_needs(environment: str, python: str) -> None:
    """Of what other Pythons than this one need in turn, only what is installed here too is known."""
    needed = closure(ENVIRONMENTS[environment], python, sys.platform)
    expected = {f"{name}=={pins.pins()[name]}" for name in needed.names}
    here = listed(environment, python)
    assert expected <= here, "run 'python -m tests.pins'"
    if python == f"3.{sys.version_info.minor}" and not needed.absent:
        assert expected == here, "run 'python -m tests.pins'"


def test_lists_name_the_places_where_a_package_is_needed() -> None:
    lines = (LISTS / "bench.txt").read_text(encoding="utf-8").splitlines()
    assert f"torch=={pins.pins()['torch']}" in lines
    assert any(line.startswith("colorama==") and line.endswith(' ; sys_platform == "win32"') for line in lines)


def test_a_list_is_not_written_without_knowing_all_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENTS, "lint", [Requirement("not-here")])
    monkeypatch.setattr(pins, "pins", lambda: {"not-here": Version("1.0")})
    with pytest.raises(LookupError, match="not-here: not installed here"):
        pinned_list("lint")


#: Begins a process for which only the packages of a list are installed, and runs the command.
WITH_THESE_ALONE = """
import sys
from importlib.metadata import packages_distributions
from packaging.utils import canonicalize_name
there = {"threefold", *sys.argv.pop(1).split()}
hidden = {name for name, owners in packages_distributions().items() if not {*map(canonicalize_name, owners)} & there}
class Hidden:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in hidden - {"benchmarks", "impls", "report"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden)
from benchmarks.cli.main import main
main()
"""


def test_reports_are_made_without_a_framework(tmp_path: Path) -> None:
    names = {pin.split("==")[0] for pin in listed("report", f"3.{sys.version_info.minor}")}
    assert not {"torch", "tensorflow", "keras", "jax", "scikit-learn"} & names
    run = write_run(tmp_path / "run", [accuracy(place("digits", "mlp", "numpy"), [0.9, 0.8])])
    command = [sys.executable, "-c", WITH_THESE_ALONE, " ".join(names), "report", str(run)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (run / "index.html").exists()


@pytest.mark.nightly
@pytest.mark.parametrize("python", PYTHONS)
def test_pip_resolves_the_pins_from_wheels(python: str, tmp_path: Path) -> None:
    """Every pinned version has a wheel for that Python, and pip finds no conflict; it asks the package index."""
    (tmp_path / "wanted.txt").write_text("\n".join(map(str, required(*every_extra()))))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--target", str(tmp_path / "none"), "--python-version", f"{python}.9", "--only-binary=:all:"]
    command += ["-c", str(PROJECT / "constraints.txt"), "-r", str(tmp_path / "wanted.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stderr

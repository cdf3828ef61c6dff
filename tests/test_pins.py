"""The pinned versions fit together on every Python that the project is for, not only on the one that runs the tests."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.test_project import PROJECT

PYTHONS = ("3.11", "3.12", "3.13")


def pins() -> dict[str, Version]:
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if "==" in line]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def wanted() -> list[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def test_the_pythons_are_those_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    specifier = SpecifierSet(project["requires-python"])
    assert tuple(f"3.{minor}" for minor in range(8, 20) if f"3.{minor}.1" in specifier) == PYTHONS
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text()
    assert f"python: {json.dumps(PYTHONS)}" in workflow


@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_that_is_needed_is_pinned_and_runs_there(python: str) -> None:
    """By what the installed packages say of themselves: the Pythons they run on, and what they need on each."""
    pinned = pins()
    environment = {**default_environment(), "python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    waiting, seen, problems = wanted(), set[str](), []
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        if name not in pinned:
            problems.append(f"{requirement} is not pinned")
            continue
        if pinned[name] not in requirement.specifier:
            problems.append(f"{name}=={pinned[name]} is not {requirement.specifier}")
        for extra in ("", *requirement.extras):
            if f"{name}[{extra}]" in seen:
                continue
            seen.add(f"{name}[{extra}]")
            try:
                package = distribution(name)
            except PackageNotFoundError:  # needed on another Python alone: pip's own resolution says more
                continue
            if f"{python}.99" not in SpecifierSet(package.metadata.get("Requires-Python", "")):
                problems.append(f"{name}=={pinned[name]} is for Python {package.metadata['Requires-Python']}")
            needs = map(Requirement, package.requires or ())
            waiting += [
                each for each in needs if not each.marker or each.marker.evaluate(environment | {"extra": extra})
            ]
    assert not problems
    assert len(seen) > 80


@pytest.mark.nightly
@pytest.mark.parametrize("python", PYTHONS)
def test_pip_resolves_the_pins_from_wheels(python: str, tmp_path: Path) -> None:
    """Every pinned version has a wheel for that Python, and pip finds no conflict; it asks the package index."""
    (tmp_path / "wanted.txt").write_text("\n".join(map(str, wanted())))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--target", str(tmp_path / "none"), "--python-version", f"{python}.9", "--only-binary=:all:"]
    command += ["-c", str(PROJECT / "constraints.txt"), "-r", str(tmp_path / "wanted.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stderr

"""What the project says of itself agrees with what it is."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from report.readme import is_stale, published_beside

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/results.md"])
def test_results_in_text_are_those_of_the_published_records(name: str) -> None:
    page = PROJECT / name
    assert not is_stale(page, published_beside(page)), (
        f"{name}'s results are stale: run 'threefold report results/published/standard --readme {name}'"
    )


def test_the_readme_is_short() -> None:
    assert (PROJECT / "README.md").stat().st_size <= 12_288


def test_ci_calls_the_readmes_own_test_command() -> None:
    assert "tox run -e tests" in README
    assert "tox run -e tests" in (PROJECT / ".ci" / "run").read_text()


def test_every_folder_and_picture_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:impls|benchmarks|report|results/published)/[\w/.]+)`", README)
    named += re.findall(r"\]\((results/[^)]+)\)", README)
    assert named
    assert [path for path in named if not (PROJECT / path).exists()] == []


def _requirements() -> list[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


@pytest.mark.parametrize("requirement", _requirements(), ids=str)
def test_every_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert Version(pins[requirement.name]) in requirement.specifier

"""What the project says of itself agrees with what it is."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from benchmarks.suites import read_suite
from benchmarks.tasks import tasks
from report.readme import is_stale

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_readmes_results_are_those_of_the_published_records() -> None:
    assert not is_stale(PROJECT / "README.md", PROJECT / "results" / "published"), (
        "README's results are stale: run 'threefold report results/published/quick --readme README.md'"
    )


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


def test_the_readmes_suite_is_sound(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mine.toml").write_text(example)
    suite = read_suite(str(tmp_path / "mine.toml"))
    known = {label for name in suite.tasks for label in tasks()[name].recipes}
    assert set(suite.architectures) <= known


def test_the_readmes_example_of_sequences_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "model.decode" in block]
    (said,) = re.findall(r"It prints `(.*?)`", README)
    exec(example, {})
    continued, *turned = capsys.readouterr().out.splitlines()
    assert continued == said
    assert "\n".join(turned) == "[[4 3 0 0]\n [4 3 5 0]\n [5 4 0 0]]"

"""What the project says of itself agrees with what it is."""

import re
from pathlib import Path

import pytest

from report.readme import is_stale, published_beside

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/results.md", "docs/beside-published.md"])
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

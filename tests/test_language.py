"""Pages and sources are in plain English: what the style note of CONTRIBUTING replaces is not there.

Phrases are searched for in whole files (docstrings, comments, messages, headings); names that do not say what they are,
among parameters, variables and functions.
"""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
PACKAGES = ("benchmarks", "impls", "report", "docs")

BANNED = (
    "told apart",
    "told of",
    "is told",
    "are told",
    "so many ",
    "had by",
    "to be had",
    "cannot be had",
    "turned round",
    "reckon",
    "nothing is claimed of",
    "is claimed of it",
)

#: For a result: they do not say which.
BANNED_NAMES = {"found", "told"}


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def phrases_in(path: Path) -> list[str]:
    # A sentence goes on after the mark of a comment, and in the next piece of a string.
    text = re.sub(r'"\s*\n\s*f?"|\n\s*#:?', " ", path.read_text(encoding="utf-8").lower())
    text = " ".join(text.split())
    if path.name == "CONTRIBUTING.md":
        text = text.split("| instead of |")[0]
    return [phrase for phrase in BANNED if phrase in text]


def names_in(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return [name for name in names if name in BANNED_NAMES]


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_pages_are_in_plain_english(path: Path) -> None:
    assert phrases_in(path) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_sources_are_in_plain_english(package: str) -> None:
    paths = [path for ending in ("py", "toml") for path in (PROJECT / package).rglob(f"*.{ending}")]
    by_file = {_name(path): phrases_in(path) for path in paths}
    assert {name: phrases for name, phrases in by_file.items() if phrases} == {}


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_a_result_has_a_name_that_says_what_it_is(package: str) -> None:
    by_file = {_name(path): names_in(path) for path in (PROJECT / package).rglob("*.py")}
    assert {name: names for name, names in by_file.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "phrases"),
    [
        ("#: What is\n#: told of it.\n", ["told of", "is told"]),
        ('raise ValueError("there are so "\n    f"many {x}")\n', ["so many "]),
        ("#: What is reported for it.\n", []),
    ],
)
def test_a_phrase_is_noticed_across_lines(source: str, phrases: list[str], tmp_path: Path) -> None:
    (tmp_path / "it.py").write_text(source)
    assert phrases_in(tmp_path / "it.py") == phrases

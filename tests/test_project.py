"""What the project says of itself agrees with what it is."""

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from report.readme import is_stale, published_beside

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/results.md", "docs/beside-published.md"])
def test_results_in_text_are_those_of_the_published_records(name: str) -> None:
    page = PROJECT / name
    assert not is_stale(page, published_beside(page)), f"{name}'s results are stale: run 'python -m report.publishing'"


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


@pytest.mark.parametrize("package", ["benchmarks", "impls", "report"])
def test_every_room_has_its_layer_and_is_on_the_map_of_the_code(package: str) -> None:
    rooms = [path.parent.name for path in (PROJECT / package).glob("*/__init__.py")]
    assert len(rooms) > 10
    text = (PROJECT / "docs" / "reading-the-code.md").read_text(encoding="utf-8")
    assert [room for room in rooms if f"(../{package}/{room}/" not in text] == []
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = settings["importlinter"]["contracts"]
    layers = {module for each in contracts for line in each.get("layers", ()) for module in line.split(" | ")}
    assert [room for room in rooms if f"{package}.{room}" not in layers] == []


def test_no_modules_import_each_other() -> None:
    """Rooms have their layers (import-linter); this is about the modules of one room, and about types too."""
    graph = grimp.build_graph("benchmarks", "impls", "report", cache_dir=None)
    TopologicalSorter({each: graph.find_modules_directly_imported_by(each) for each in graph.modules}).prepare()


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _is_text_of_any_encoding(call: ast.Call) -> bool:
    """Whether it reads or writes text in the system's encoding, which on Windows is not UTF-8."""
    assert isinstance(call.func, ast.Attribute)
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    if call.func.attr in ("read_text", "write_text"):
        return len(call.args) < {"read_text": 1, "write_text": 2}[call.func.attr]
    words = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    mode = words[-1] if words else "r"
    # `archive.open(...)`, of a wheel say, gives bytes whatever is said.
    return call.func.attr == "open" and set(mode) <= set("rwxa+") and not call.keywords


def test_text_files_are_read_and_written_in_utf_8_on_every_system() -> None:
    """What runs on Windows too: the packages, and the tests of its job."""
    places = [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for folder in ("benchmarks", "impls", "report", "tests/impls")
        for path in (PROJECT / folder).rglob("*.py")
        for call in _calls(path)
        if _is_text_of_any_encoding(call)
    ]
    assert places == []

"""What makes the textbook one: short layers, no buffers, nothing fused, NumPy alone, and a source in each docstring."""

import ast
import re
from pathlib import Path

import pytest

import impls.textbook

#: Lines of code of a layer, forward and backward, docstrings and blank lines not counted; the project's promise.
MOST_LINES = 40

FILES = sorted(Path(impls.textbook.__file__).parent.glob("*.py"))
NETWORKS = sorted(Path(impls.textbook.__file__).parents[1].glob("*/in_textbook.py"))
PLAIN = {"numpy", "math", "typing", "collections", "impls"}

#: What `impls.scratch` does to be fast: writing into arrays that are there, and products over what was put together.
TRICKS = re.compile(r"\bout=|\bBuffers\b|np\.(empty|copyto|lib)\b|as_strided|sliding_window_view|memoryview")


def code_lines(node):
    """Lines of a class or function without blank ones, comments and docstrings."""
    documented = [
        each.body[0]
        for each in ast.walk(node)
        if isinstance(each, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(each) is not None
    ]
    texts = {line for each in documented for line in range(each.lineno, each.end_lineno + 1)}
    held = {line for each in ast.walk(node) if hasattr(each, "lineno") for line in (each.lineno, each.end_lineno)}
    return len({line for line in held if line not in texts})


def definitions():
    for path in (*FILES, *NETWORKS):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield pytest.param(path, node, id=f"{path.parent.name}/{path.stem}:{node.name}")


@pytest.mark.parametrize(("path", "node"), [each for each in definitions() if "textbook/" in each.id])
def test_a_layer_takes_at_most_forty_lines(path, node):
    assert code_lines(node) <= MOST_LINES


def test_lines_are_counted():
    source = '''
class A:
    """A
    docstring."""

    def f(self):
        # a comment
        return [
            1,
            2,
        ]
'''
    assert code_lines(ast.parse(source).body[0]) == 6


@pytest.mark.parametrize("path", [*FILES, *NETWORKS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_tricks_and_numpy_alone(path):
    source = path.read_text("utf-8")
    assert not TRICKS.findall(source)
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import)
            else [node.module] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert imported <= PLAIN
    assert "impls.scratch" not in source.replace("`impls.scratch`", "")


#: Files of plumbing, which no book has.
PLUMBING = {"__init__", "layer", "network", "flatten"}


@pytest.mark.parametrize("path", [path for path in FILES if path.stem not in PLUMBING], ids=lambda path: path.stem)
def test_every_layer_names_its_source(path):
    assert re.search(r"\b(19|20)\d\d\b", ast.get_docstring(ast.parse(path.read_text("utf-8"))))

"""Mutants: each is another program, is found again by its key, and is judged by what calls its function."""

import ast

import pytest

pytest.importorskip("cosmic_ray", reason="of the extra `mutants`")

from tests.mutants.material import Piece
from tests.mutants.mutations import mutants_of, source_of
from tests.mutants.worker import enclosing_function, touched_by

SOURCE = '''"""A file."""

LIMIT = 3


def double(x, out):
    """Twice x."""
    out[...] = 0.0
    out += 2.0 * x
    return out if x < LIMIT else -out
'''


@pytest.fixture
def sources(tmp_path, monkeypatch):
    (tmp_path / "layer.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr("tests.mutants.worker.SOURCES", tmp_path)
    return tmp_path


def test_every_mutant_is_another_program_with_a_key_of_its_own(sources):
    mutants = list(mutants_of(sources, "layer.py"))
    programs = {ast.dump(ast.parse(source_of(sources, mutant))) for mutant in mutants}
    assert len(programs) == len(mutants) == len({mutant.key for mutant in mutants})
    assert ast.dump(ast.parse(SOURCE)) not in programs
    changed = {mutant.new for mutant in mutants}
    assert {"out -= 2.0 * x", "out += 2.0 / x", "pass", "return out if x <= LIMIT else -out"} <= changed
    assert "return out if x < LIMIT else out" in changed
    assert [mutant.key for mutant in mutants_of(sources, "layer.py")] == [mutant.key for mutant in mutants]


def test_a_mutant_is_judged_by_what_calls_its_function(sources):
    inside = next(mutant for mutant in mutants_of(sources, "layer.py") if mutant.new == "pass")
    outside = next(mutant for mutant in mutants_of(sources, "layer.py") if mutant.line == 3)
    calling = Piece("a", "float32", "function", 0.1, ("layer.py:6",))
    loading = Piece("b", "float32", "function", 0.1, ("layer.py:1",))
    other = Piece("c", "float32", "function", 0.1, ("other.py:6",))
    assert touched_by(inside, [calling, loading, other]) == [calling]
    assert touched_by(outside, [calling, loading, other]) == [calling, loading]


def test_the_function_around_a_line_begins_with_its_decorators():
    source = "@one\n@two\ndef f():\n    x = 1\n    def g():\n        return 2\n    return x\n"
    assert [enclosing_function(source, line) for line in (4, 6, 7)] == [1, 5, 1]
    assert enclosing_function("x = 1\n", 1) is None

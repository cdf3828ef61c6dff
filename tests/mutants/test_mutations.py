"""Mutants: each is another program, is found again by its key, and is judged by what calls its function."""

import ast
import json
import sys
from dataclasses import asdict, replace

import pytest

from impls.spec.discovery import architectures
from impls.testing import example_cases

pytest.importorskip("cosmic_ray", reason="of the extra `mutants`")

from tests.mutants import worker
from tests.mutants.__main__ import _read as read_verdicts
from tests.mutants.material import SOURCES, Piece, cases, measure_sound
from tests.mutants.mutations import mutants_of, operators, source_of
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


def test_the_judge_notices_a_wrong_loss_and_lets_the_sound_and_the_equivalent_pass(tmp_path, monkeypatch, capsys):
    """As a process of its own does it, with one stage of one small network, and NumPy's as its own partner."""

    def one_stage_of_one_network(name):
        return [replace(case, stages=("function",)) for case in example_cases(name) if case.name == "mlp: plain"]

    few = {name: operators()[name] for name in ("unary Delete_USub", "number")}
    monkeypatch.setattr("tests.mutants.mutations.operators", lambda: few)
    monkeypatch.setattr("tests.mutants.material.example_cases", one_stage_of_one_network)
    monkeypatch.setattr("tests.mutants.material.DTYPES", ("float64",))
    monkeypatch.setattr(worker, "PARTNERS", {})
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    cases.cache_clear()
    measure_sound("numpy", tmp_path / "numpy")
    for cached in (cases, architectures):  # as in a new process
        cached.cache_clear()
    changes = ("totals = exponentials.sum(axis=1, keepdims=True)", "totals = exponentials.sum(axis=- 2, keepdims=True)")
    of_losses = {mutant.new: mutant for mutant in mutants_of(SOURCES, "scratch/losses.py")}
    request = tmp_path / "request.jsonl"
    request.write_text("".join(json.dumps(asdict(of_losses[change])) + "\n" for change in changes))
    assert worker.main("numpy", str(tmp_path)) == 0
    assert worker.main("numpy", str(tmp_path), str(request)) == 0
    cases.cache_clear()
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    equivalent, wrong = [line["noticed"] for line in printed if "noticed" in line]
    assert equivalent == ""
    assert wrong.startswith("mlp: plain, float64: ")


def test_a_torn_verdict_is_given_again(tmp_path):
    records = tmp_path / "mutants.jsonl"
    whole = json.dumps({"key": "a", "noticed": "loss"}) + "\n"
    records.write_text(whole + '{"key": "b", "noti')
    assert set(read_verdicts(records)) == {"a"}
    assert records.read_text() == whole

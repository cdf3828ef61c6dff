"""Mutants: each is another program, is found again by its key, and is judged by what executes its line."""

import ast
import json
import re
import tomllib
from dataclasses import asdict, replace
from fnmatch import fnmatchcase

import pytest

from impls.testing import example_cases

pytest.importorskip("cosmic_ray", reason="of the extra `mutants`")

from tests.mutants import loading, worker
from tests.mutants.__main__ import OTHERWISE, PARTS, judge_of, portions_of
from tests.mutants.material import SOURCES, Piece, cases, measure_sound, pieces_of
from tests.mutants.mutations import Mutant, mutants_of, source_of
from tests.mutants.places import executing, lines_of_statement
from tests.mutants.records import EQUIVALENT, Equivalents, Verdicts, known_mutants

SOURCE = '''"""A file."""

LIMIT = 3


def double(x, out):
    """Twice x."""
    out[...] = 0.0
    out += 2.0 * x
    return out if x < LIMIT else -out
'''


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "layer.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_every_mutant_is_another_program_with_a_key_of_its_own(sources):
    mutants = list(mutants_of(sources, "layer.py"))
    programs = {ast.dump(ast.parse(source_of(sources, mutant))) for mutant in mutants}
    assert len(programs) == len(mutants) == len({mutant.key for mutant in mutants})
    assert ast.dump(ast.parse(SOURCE)) not in programs
    changed = {mutant.new for mutant in mutants}
    assert {"out -= 2.0 * x", "out += 2.0 / x", "pass", "return out if x <= LIMIT else -out"} <= changed
    assert "return out if x < LIMIT else out" in changed
    assert known_mutants(sources, "layer.py", sources / "places") == mutants
    assert known_mutants(sources, "layer.py", sources / "places") == mutants  # as they were kept


def test_a_mutant_is_judged_by_what_executes_its_statement():
    executed = {"a": {6, 8, 9, 10}, "b": {6, 8}, "c": set()}
    pieces = [Piece(name, "float32", "function", 0.1, {"layer.py": frozenset(at)}) for name, at in executed.items()]
    other = Piece("d", "float32", "function", 0.1, {"other.py": frozenset({9})})

    def judges(line):
        return [piece.case for piece in executing("layer.py", SOURCE, line, [*pieces, other])]

    assert judges(9) == ["a"]
    assert judges(8) == judges(6) == judges(3) == ["a", "b"]  # the function begins at 6; 3 is executed on import


@pytest.mark.parametrize(
    ("line", "lines"),
    [(1, range(1, 4)), (3, range(1, 4)), (4, range(4, 7)), (5, range(4, 7)), (7, [7]), (8, [8]), (9, [9]), (10, [10])],
)
def test_the_lines_of_a_statement(line, lines):
    source = (
        "@one\n@two\ndef f(x=1):\n    y = [\n        1,\n    ]\n    if x:\n        y = 2\n    else:\n        return y\n"
    )
    assert list(lines_of_statement(source, line)) == list(lines)
    assert lines_of_statement("x = 1\n", 1) is None


def test_all_that_imports_a_module_is_loaded_anew():
    assert loading.module_of("engines/__init__.py") == "impls.engines"
    assert {"impls.scratch.network", "impls.mlp.in_numpy"} - loading.importers_of("impls.scratch.dense") == {
        "impls.scratch.network"
    }
    assert "impls.testing.update_stages" in loading.importers_of("impls.engines.validation")


#: What the sound source has, what the mutant has in its place, and what is said of it.
CHANGES = {
    "equivalent": ("sum(axis=-1, keepdims", "sum(axis=1, keepdims", ""),
    "wrong": ("sum(axis=-1, keepdims", "sum(axis=0, keepdims", "mlp: plain, float64: function: loss"),
    "raises": ("sum(axis=-1, keepdims", "sum(axis=7, keepdims", "mlp: plain, float64: function: function"),
    "does not end": (
        "    totals = exponentials",
        "    while True: pass\n    totals = exponentials",
        "mlp: plain, float64: function: does not end",
    ),
    "cannot be imported": ("import numpy", "import nunpy", "mlp: plain, float64: function: function"),
}


def test_the_judge_notices_what_is_wrong_and_lets_the_sound_and_the_equivalent_pass(tmp_path, monkeypatch, capsys):
    """As a process of its own does it, with one stage of one small network, and NumPy's as its own partner."""

    def one_stage_of_one_network(name):
        return [replace(case, stages=("function",)) for case in example_cases(name) if case.name == "mlp: plain"]

    def changed(sources, mutant):
        old, new, _ = CHANGES[mutant.operator]
        source = (sources / mutant.file).read_text(encoding="utf-8")
        assert source.count(old) == 1
        return source.replace(old, new)

    monkeypatch.setattr("tests.mutants.material.example_cases", one_stage_of_one_network)
    monkeypatch.setattr("tests.mutants.material.DTYPES", ("float64",))
    monkeypatch.setattr(worker, "PATIENCE", {"numpy": 0.3})
    monkeypatch.setattr(worker, "source_of", changed)
    cases.cache_clear()
    measure_sound("numpy", tmp_path)
    file = "scratch/losses.py"
    source = (SOURCES / file).read_text(encoding="utf-8")
    line = source[: source.index("sum(axis=-1, keepdims")].count("\n") + 1
    request = tmp_path / "request.jsonl"
    mutants = [Mutant(file, name, 0, line, *change[:2]) for name, change in CHANGES.items()]
    request.write_text("".join(json.dumps(asdict(mutant)) + "\n" for mutant in mutants))
    assert worker.main(["numpy", str(tmp_path), str(request)]) == 0
    cases.cache_clear()
    said = [json.loads(line)["noticed"] for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert dict(zip(CHANGES, said, strict=True)) == {name: expected for name, (*_, expected) in CHANGES.items()}


def test_verdicts_are_kept_and_a_torn_one_is_given_again(sources):
    records = sources / "mutants.jsonl"
    first, second, third, *_ = mutants_of(sources, "layer.py")
    kept = sources / "kept.jsonl.gz"
    verdicts = Verdicts(records, kept)
    about = {"seconds": 0.1, "left": 0, "sources": "a", "implementation": "numpy"}
    verdicts.note(first, about | {"key": first.key, "noticed": "loss"})
    verdicts.note(second, about | {"key": second.key, "noticed": "", "left": 2})
    whole = records.read_text()
    records.write_text(whole + json.dumps(asdict(third))[:40])
    again = Verdicts(records, kept)
    assert records.read_text() == whole
    waiting = {
        (sources, whole): [again.waits(each, sources, "numpy", whole=whole) for each in (first, second, third)]
        for sources in "ab"
        for whole in (False, True)
    }
    assert waiting == {
        ("a", False): [False, False, True],
        ("a", True): [False, True, True],
        ("b", False): [False, True, True],
        ("b", True): [False, True, True],
    }
    assert [again.waits(each, "a", "torch", whole=False) for each in (first, second)] == [False, True], "another judge"
    assert again.keep([first, second, third]) == 2
    elsewhere = Verdicts(sources / "other.jsonl", kept)
    assert [elsewhere.waits(each, "a", "numpy", whole=True) for each in (first, second, third)] == [False, True, True]
    elsewhere.note(second, about | {"key": second.key, "noticed": "forward"})
    assert not Verdicts(sources / "other.jsonl", kept).waits(second, "a", "numpy", whole=True), (
        "the later verdict counts"
    )


def test_what_survives_an_implementation_is_judged_by_the_next():
    survived = {"noticed": "", "pieces": 3, "left": 0, "implementation": "keras-torch", "sources": "a"}

    def judge(verdict, sources="a", whole=False):
        return judge_of("keras-torch", verdict, sources, whole)

    assert judge(None) == "keras-torch"
    assert judge(survived) == "keras-tensorflow"
    assert judge(survived, sources="b") == "keras-torch", "with other sources from the beginning"
    assert judge(survived | {"left": 2}) == "keras-tensorflow"
    assert judge(survived | {"left": 2}, whole=True) == "keras-torch"
    assert judge(survived | {"implementation": "keras-tensorflow"}) == "keras-jax"
    assert judge(survived | {"implementation": "keras-jax"}) == "keras-jax", "there is no other"
    assert judge(survived | {"noticed": "importing"}) == "keras-torch"
    assert judge_of("numpy", survived | {"implementation": "numpy"}, "a", whole=False) == "numpy"


def test_whoever_is_asked_gets_a_portion():
    names = ["torch+bf16", *PARTS, *(name for some in OTHERWISE.values() for name in some)]
    waiting = [(name, Mutant("a.py", "number", place, 1, "1", "2")) for place, name in enumerate(names)]
    portions = dict(portions_of(waiting))
    assert list(portions)[: len(PARTS)] == list(PARTS)
    assert set(portions) == set(names)
    assert sum(map(len, portions.values())) == len(waiting)


def test_what_an_error_says_is_left_as_it_is(tmp_path):
    (tmp_path / "says.py").write_text(
        'def f(x):\n    if x > 1:\n        raise ValueError(f"{x - 1} is not {2}")\n    return f"{x - 3}"\n'
    )
    changed = {mutant.line for mutant in mutants_of(tmp_path, "says.py")}
    assert changed == {2, 4}


def test_equivalent_mutants_go_by_file_and_both_lines(tmp_path):
    path = tmp_path / "equivalent.toml"
    path.write_text(
        '[[kind]]\nfile = "scratch/*"\nold = "-1"\nnew = "- 2"\nreason = "x"\n'
        '[[mutant]]\nfile = "a.py"\nold = "x = 1"\nnew = "x = 2"\nreason = "y"\n'
    )
    known = Equivalents(path)
    assert Mutant("scratch/dense.py", "number", 0, 1, "reshape(-1)", "reshape(- 2)") in known
    assert Mutant("mlp/in_numpy.py", "number", 0, 1, "reshape(-1)", "reshape(- 2)") not in known
    assert Mutant("scratch/dense.py", "number", 0, 1, "reshape(-1)", "reshape(- 0)") not in known
    assert Mutant("a.py", "number", 0, 1, "x = 1", "x = 2") in known
    assert Mutant("a.py", "number", 0, 1, "x = 1", "x = 3") not in known


def test_every_equivalent_kind_has_a_reason_and_survivors():
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    kept = Verdicts(EQUIVALENT.with_name("no.jsonl")).all()
    survivors = [
        Mutant(**{name: each[name] for name in Mutant.__dataclass_fields__}) for each in kept if not each["noticed"]
    ]
    for kind in listed["kind"]:
        assert kind["reason"].endswith(".")
        own = [mutant for mutant in survivors if _goes_by(kind, mutant)]
        assert own, f"no survivor is of the kind {kind}"


def _goes_by(kind, mutant):
    return (
        fnmatchcase(mutant.file, kind["file"])
        and re.search(kind["old"], mutant.old) is not None
        and re.search(kind["new"], mutant.new) is not None
    )


def test_a_line_that_builds_a_model_counts_to_all_stages_that_use_it(tmp_path, monkeypatch):
    def one_network(name):
        return [case for case in example_cases(name) if case.name == "transformer: classifier"]

    monkeypatch.setattr("tests.mutants.material.example_cases", one_network)
    monkeypatch.setattr("tests.mutants.material.DTYPES", ("float64",))
    cases.cache_clear()
    measure_sound("numpy", tmp_path)
    cases.cache_clear()
    source = (SOURCES / "scratch/positions.py").read_text(encoding="utf-8")
    line = source[: source.index("frequencies = BASE")].count("\n") + 1
    stages = {
        piece.stage for piece in pieces_of("numpy", tmp_path) if line in piece.lines.get("scratch/positions.py", ())
    }
    assert {"function", "padding", "extremes"} <= stages

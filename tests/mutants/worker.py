"""One implementation's mutants, one after the other: `python -m tests.mutants.worker IMPLEMENTATION FOLDER REQUEST`.

REQUEST is a file with a JSON line a mutant. For each a line is written before it is judged, before each stage, and
afterwards, so that who started this process knows which mutant it hung or died with. Without REQUEST the sound sources
are judged, of which nothing may be noticed: a judge who objects to them would object to every mutant.
"""

import ast
import importlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from impls import testing
from tests.mutants.material import (
    PARTNERS,
    SOURCES,
    Piece,
    arrays_of,
    build_function,
    cases,
    pieces_of,
)
from tests.mutants.mutations import Mutant, source_of

#: Cases of each architecture on which the contract's checks are tried, where the certificate has noticed nothing.
CASES_OF_CHECKS = 2


def main(implementation: str, folder: str, request: str = "") -> int:
    """Judge every mutant of the request; 1 where the sound sources are judged and something is noticed."""
    sound = Path(folder) / implementation
    partner = Path(folder) / PARTNERS.get(implementation, "numpy")
    pieces = sorted(pieces_of(sound), key=lambda piece: piece.seconds)
    with tempfile.TemporaryDirectory() as copy:
        package = Path(copy) / "impls"
        shutil.copytree(SOURCES, package, ignore=shutil.ignore_patterns("__pycache__"))
        sys.dont_write_bytecode = True
        sys.path.insert(0, copy)
        if not request:
            noticed = judge(pieces, implementation, partner)
            print(f"{implementation}, sound: {noticed or 'nothing is noticed'}", flush=True)
            return 1 if noticed else 0
        for line in Path(request).read_text(encoding="utf-8").splitlines():
            mutant = Mutant(**json.loads(line))
            print(json.dumps({"began": mutant.key}), flush=True)
            began = time.perf_counter()
            (package / mutant.file).write_text(source_of(SOURCES, mutant), encoding="utf-8")
            noticed = judge(touched_by(mutant, pieces), implementation, partner)
            shutil.copyfile(SOURCES / mutant.file, package / mutant.file)
            seconds = round(time.perf_counter() - began, 2)
            print(json.dumps({"key": mutant.key, "noticed": noticed, "seconds": seconds}), flush=True)
    return 0


def judge(pieces: Sequence[Piece], implementation: str, partner: Path) -> str:
    """What notices first that the copy is no longer sound; nothing where it survives."""
    cases()  # of the sound sources: discovery would find the copy's
    with copied_modules():
        try:
            package = importlib.import_module("impls")
            discovery = importlib.import_module("impls.spec.discovery")
            importlib.import_module("impls.testing")
        except Exception as error:
            return f"importing: {type(error).__name__}"
        for piece in pieces:
            print(f"{piece.case}, {piece.dtype}: {piece.stage}", flush=True)
            if departure := _departure(piece, implementation, package, discovery, partner):
                return departure
        return _broken_check(pieces, implementation, package, discovery)


def touched_by(mutant: Mutant, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that call the function in which the change is; outside of functions, any function of the file."""
    begins = enclosing_function((SOURCES / mutant.file).read_text(encoding="utf-8"), mutant.line)
    if begins:
        return [piece for piece in pieces if f"{mutant.file}:{begins}" in piece.functions]
    return [piece for piece in pieces if any(each.startswith(f"{mutant.file}:") for each in piece.functions)]


def enclosing_function(source: str, line: int) -> int | None:
    """Where the innermost function that holds the line begins, decorators included."""
    place = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or line):
            begins = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            place = max(place or 0, begins)
    return place


@contextmanager
def copied_modules() -> Iterator[None]:
    """Imports of `impls` come from the copy; the sound modules are back in place afterwards."""
    modules = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "impls"}
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "impls"]:
            del sys.modules[name]
        sys.modules.update(modules)


def _subject(case: Any, dtype: str, implementation: str, package: ModuleType, discovery: ModuleType) -> Any:
    architecture = discovery.architectures()[case.architecture.name](**vars(case.architecture))
    training = package.Training(**vars(case.training))
    copied = package.testing.Case(**vars(case) | {"architecture": architecture, "training": training})
    return package.testing.Subject(build_function(implementation, package), copied, "cpu", dtype)


def _departure(
    piece: Piece, implementation: str, package: ModuleType, discovery: ModuleType, partner: Path
) -> str | None:
    case = replace(cases()[piece.case], stages=(piece.stage,))
    try:
        left = package.testing.measured(_subject(case, piece.dtype, implementation, package, discovery))
    except Exception as error:
        return f"{piece.case}: {type(error).__name__}"
    findings = testing.judge(case, piece.dtype, arrays_of(partner, case, piece.dtype), left)
    failed = [finding.stage for finding in findings if not finding.passed]
    return f"{piece.case}, {piece.dtype}: {failed[0]}" if failed else None


def _broken_check(touching: Sequence[Piece], implementation: str, package: ModuleType, discovery: ModuleType) -> str:
    whole = [case for case in cases().values() if case.stages is None and case.name in {p.case for p in touching}]
    tried: dict[str, int] = {}
    for case in whole:
        name = case.architecture.name
        tried[name] = tried.get(name, 0) + 1
        if tried[name] > CASES_OF_CHECKS:
            continue
        for check in package.testing.CHECKS:
            if check.name == "certificate":
                continue
            print(f"{case.name}: check of {check.name}", flush=True)
            try:
                check(_subject(case, "float32", implementation, package, discovery))
            except Exception:
                return f"{case.name}: check of {check.name}"
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

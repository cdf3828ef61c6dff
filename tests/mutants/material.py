"""What mutants are judged by: the sound implementations' arrays, and which lines each stage of each case executes.

`python -m tests.mutants.material IMPLEMENTATION FOLDER DTYPE` leaves both in FOLDER/IMPLEMENTATION.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeAlias

import impls
from benchmarks.certificates.arrays import read_stages, write_stage
from benchmarks.certificates.certify import cases_of
from benchmarks.records.store import write_beside
from impls import testing
from impls.engines import implementations
from impls.spec.discovery import architectures
from impls.testing import Arrays, Case, Subject, example_cases, for_arithmetic, formulas_alone, stages_of
from tests.mutants.loading import SOURCES

DTYPES = ("float64", "float32")

#: With whose sound arrays all mutants are compared, its own included: certificates show how near the others are.
PARTNER = "numpy"

#: Folder of the pieces, within an implementation's.
PIECES = "pieces"

#: Before the name of a check of the contract, which is judged as a stage is.
CHECK = "check of "
#: Cases of each architecture on which the contract's checks are tried: the first ones, and the first of each kind that
#: a check tells from others; and the precision in which they are.
CASES_OF_CHECKS = 2
DTYPE_OF_CHECKS = "float32"

#: Where every model is compiled, minutes go by for a few cases: those of the checks alone, and one with all optimizers.
COMPILED = ("torch+compile", "keras-tensorflow", "keras-jax")
OPTIMIZERS = ("optimizers",)

#: Calls of a function in a piece after which its lines are not looked at any more, for a long training's sake.
CALLS = 2000


#: File below `impls` -> lines of it.
Lines: TypeAlias = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Piece:
    """A stage of a case in a precision, or a check of the contract, as the sound implementation goes through it."""

    case: str
    dtype: str
    stage: str
    #: Of processor time.
    seconds: float
    #: That it executes, or that built the model which it asks for.
    lines: Lines


@cache
def cases(implementation: str) -> dict[str, Case]:
    """All that `threefold certify` lets the implementation go through, by name; everything of one back end of Keras."""
    everything = [case for name in architectures() for case in example_cases(name)]
    whole = implementation not in COMPILED and "+" not in implementation
    return {case.name: case for case, _ in cases_of(implementation, everything, (DTYPE_OF_CHECKS,), whole)}


def build_function(implementation: str, package: Any = impls) -> Callable[..., Any]:
    """`build` of the sound `impls`, or of one with a mutant in it."""

    def build_it(architecture, training, device, dtype, seed):
        return package.build(architecture, implementation, training, device, dtype, seed)

    return build_it


def measure_sound(implementation: str, folder: Path, dtypes: Iterable[str] = ()) -> None:
    """Leave the arrays and the pieces of a sound implementation, a file a case; those that are there are not made anew.

    Raises:
        AssertionError: a stage or check objects to the sound sources, and so would to every mutant.
    """
    for case in _judging(implementation):
        for dtype in dtypes or DTYPES:
            path = folder / implementation / PIECES / f"{folder_of(case.name, dtype)}.json"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                pieces = *_stages(case, dtype, implementation, folder), *_checks(case, dtype, implementation)
                write_beside(path, json.dumps([_described(piece) for piece in pieces]))


def _stages(case: Case, dtype: str, implementation: str, folder: Path) -> Iterator[Piece]:
    """One after the other with what the former ones have built, as a certificate goes through them."""
    builder = _Builder(implementation)
    if dtype == "float64" and implementation in COMPILED:
        case = formulas_alone(case)
    subject = _BuiltSubject(builder, case, "cpu", dtype)
    for stage in stages_of(for_arithmetic(case, implementations()[implementation].arithmetic)):
        builder.used.clear()
        with _watched() as seen:
            left = testing.measured_stage(subject, stage)
        write_stage(folder / implementation / folder_of(case.name, dtype), stage.name, left)
        if departure := departure_of(implementation, case, dtype, stage.name, left, folder):
            raise AssertionError(f"{case.name}, {dtype}: {departure} objects to the sound {implementation}")
        yield Piece(case.name, dtype, stage.name, seen.seconds, _joined([seen.lines, *builder.lines_of_used()]))


def _joined(parts: Iterable[Lines]) -> Lines:
    joined: dict[str, frozenset[int]] = {}
    for part in parts:
        for file, lines in part.items():
            joined[file] = joined.get(file, frozenset()) | lines
    return joined


class _Builder:
    """Builds models, and knows which lines that took: what one stage has built serves the next."""

    def __init__(self, implementation: str) -> None:
        self._build = build_function(implementation)
        self._lines: dict[Any, Lines] = {}
        #: Networks and recipes of the models that have been built or asked for.
        self.used: set[Any] = set()

    def __call__(self, architecture: Any, training: Any, *others: Any) -> Any:
        _forget()
        with _watched() as seen:
            model = self._build(architecture, training, *others)
        self._lines[architecture, training] = seen.lines
        self.used.add((architecture, training))
        return model

    def lines_of_used(self) -> list[Lines]:
        """The lines that built each of them."""
        return [self._lines[each] for each in self.used]


def _forget() -> None:
    """What `impls` has looked up once is looked up again, so that whoever needs it is seen to execute that."""
    for name, module in list(sys.modules.items()):
        if name == "impls" or name.startswith("impls."):
            for value in list(vars(module).values()):
                if isinstance(value, type(cases)):  # a function with `functools.cache`
                    value.cache_clear()


@dataclass(frozen=True)
class _BuiltSubject(Subject):
    """A subject whose builder knows which of its models are asked for."""

    def model(self, architecture: Any = None, training: Any = None) -> Any:
        assert isinstance(self.build, _Builder)
        model = super().model(architecture, training)
        self.build.used.add((architecture or self.case.architecture, training or self.case.training))
        return model


def _checks(case: Case, dtype: str, implementation: str) -> Iterator[Piece]:
    if dtype != DTYPE_OF_CHECKS or case not in _cases_of_checks(implementation):
        return
    if implementations()[implementation].arithmetic:  # the contract is for full precision
        return
    for check in testing.CHECKS:
        if check.name != "certificate":  # which are the stages
            with _watched() as seen:
                check(Subject(build_function(implementation), case, "cpu", dtype))
            yield Piece(case.name, dtype, f"{CHECK}{check.name}", seen.seconds, seen.lines)


def departure_of(implementation: str, case: Case, dtype: str, stage: str, left: Arrays, folder: Path) -> str:
    """The first figure of the stage that is beyond its bound; empty where none is."""
    alone, arithmetic = replace(case, stages=(stage,)), implementations()[implementation].arithmetic
    reference = {stage: expected(case, dtype, stage, folder)}
    findings = testing.judge(alone, dtype, reference, {stage: left}, arithmetic, one_rounds=arithmetic is not None)
    return next((finding.stage for finding in findings if not finding.passed), "")


@cache
def expected(case: Case, dtype: str, stage: str, folder: Path) -> Arrays:
    """The sound arrays of a stage."""
    return read_stages(folder / PARTNER / folder_of(case.name, dtype), replace(case, stages=(stage,)))[stage]


def _cases_of_checks(implementation: str) -> list[Case]:
    whole = [case for case in cases(implementation).values() if case.stages is None]
    by_name = {name: [case for case in whole if case.architecture.name == name] for name in architectures()}
    return [
        case
        for some in by_name.values()
        for number, case in enumerate(some)
        if number < CASES_OF_CHECKS or _kind(case) not in map(_kind, some[:number])
    ]


def _judging(implementation: str) -> list[Case]:
    everything = list(cases(implementation).values())
    if implementation not in COMPILED:
        return everything
    sweeps = [case for case in everything if case.stages == OPTIMIZERS]
    return [*_cases_of_checks(implementation), max(sweeps, key=lambda case: case.optimizers is None)]


def _kind(case: Case) -> tuple[object, ...]:
    network = case.architecture
    writes = (
        network.is_language_model,
        network.is_encoder_decoder,
        network.attends_source,
        network.max_positions is None,
    )
    return *writes, case.training.loss, getattr(network, "pooling", ""), getattr(network, "bidirectional", False)


def _described(piece: Piece) -> dict[str, Any]:
    return asdict(piece) | {"lines": {file: sorted(lines) for file, lines in piece.lines.items()}}


def pieces_of(implementation: str, folder: Path) -> list[Piece]:
    """What `measure_sound` left."""
    paths = sorted((folder / implementation / PIECES).glob("*.json"))
    described = [each for path in paths for each in json.loads(path.read_text(encoding="utf-8"))]
    lines = ({file: frozenset(some) for file, some in each["lines"].items()} for each in described)
    return [Piece(**each | {"lines": some}) for each, some in zip(described, lines, strict=True)]


def folder_of(case: str, dtype: str) -> str:
    """A name that every file system takes."""
    return "".join(letter if letter.isalnum() else "-" for letter in f"{case} {dtype}")


def digest_of_sources() -> str:
    """Of all that judges and is judged: with other sources a survivor may be noticed."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*.py")):
        digest.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


class _Watch:
    """The lines of `impls` that are executed, as a trace function."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._left: dict[CodeType, set[int]] = {}
        self._calls: dict[CodeType, int] = {}

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if code.co_filename not in _files():  # as almost every call's within a framework
            return None
        left = self._left.get(code)
        if left is None:
            left = self._left[code] = _lines_of(code)
        calls = self._calls[code] = self._calls.get(code, 0) + 1
        return self._line if left and calls <= CALLS else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self._left[frame.f_code].discard(frame.f_lineno)
        return self._line

    @property
    def lines(self) -> dict[str, frozenset[int]]:
        """What was executed."""
        executed: dict[str, set[int]] = {}
        for code, left in self._left.items():
            file = Path(code.co_filename).relative_to(SOURCES).as_posix()
            executed.setdefault(file, set()).update(_lines_of(code) - left, {code.co_firstlineno})
        return {file: frozenset(lines) for file, lines in executed.items()}


@cache
def _files() -> frozenset[str]:
    return frozenset(map(str, SOURCES.rglob("*.py")))


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch, before = _Watch(), sys.gettrace()
    began = time.process_time()
    sys.settrace(watch)
    try:
        yield watch
    finally:
        sys.settrace(before)
        watch.seconds = round(time.process_time() - began, 4)


def _lines_of(code: CodeType) -> set[int]:
    return {line for _, _, line in code.co_lines() if line is not None and line != code.co_firstlineno}


if __name__ == "__main__":
    measure_sound(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])

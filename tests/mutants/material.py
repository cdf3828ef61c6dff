"""What mutants are judged by: the sound implementations' arrays, and which functions each stage of each case calls.

`python -m tests.mutants.material IMPLEMENTATION FOLDER` leaves both in the folder.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path

import impls
from benchmarks.certificates.arrays import read_stages, write_stage
from impls import testing
from impls.spec.discovery import architectures
from impls.testing import Arrays, Case, Subject, example_cases, stages_of

SOURCES = Path(impls.__file__).parent
DTYPES = ("float64", "float32")

#: Whom an implementation's mutants are compared with.
PARTNERS = {"numpy": "torch"}


@dataclass(frozen=True)
class Piece:
    """A stage of a case in a precision, as the sound implementation goes through it."""

    case: str
    dtype: str
    stage: str
    seconds: float
    #: FILE:LINE where the functions of `impls` begin that it calls.
    functions: tuple[str, ...]


@cache
def cases() -> dict[str, Case]:
    """All that `threefold certify` goes through, by name; asked for before a copy of `impls` takes this one's place."""
    return {case.name: case for name in architectures() for case in example_cases(name)}


def build_function(implementation: str, package=impls) -> Callable[..., object]:
    """`build` of this or another copy of `impls`."""

    def build_it(architecture, training, device, dtype, seed):
        return package.build(architecture, implementation, training, device, dtype, seed)

    return build_it


def measure_sound(implementation: str, folder: Path) -> None:
    """Leave the arrays and the pieces of a sound implementation, unless they are there."""
    if (folder / "pieces.json").exists():
        return
    pieces = []
    for case in cases().values():
        for dtype in DTYPES:
            subject = Subject(build_function(implementation), case, "cpu", dtype)  # type: ignore[arg-type]
            for stage in stages_of(case):
                called: set[str] = set()
                began = time.perf_counter()
                sys.setprofile(partial(_note, called))
                try:
                    left = testing.measured(replace_stage(subject, stage.name))[stage.name]
                finally:
                    sys.setprofile(None)
                seconds = round(time.perf_counter() - began, 3)
                write_stage(folder / folder_of(case.name, dtype), stage.name, left)
                pieces.append(Piece(case.name, dtype, stage.name, seconds, tuple(sorted(called))))
    (folder / "pieces.json").write_text(json.dumps([asdict(piece) for piece in pieces]), encoding="utf-8")


def replace_stage(subject: Subject, stage: str) -> Subject:
    """The same subject with one stage."""
    return replace(subject, case=replace(subject.case, stages=(stage,)), _models={})


def pieces_of(folder: Path) -> list[Piece]:
    """What `measure_sound` left."""
    described = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))
    return [Piece(**each | {"functions": tuple(each["functions"])}) for each in described]


def arrays_of(folder: Path, case: Case, dtype: str) -> Mapping[str, Arrays]:
    """A sound implementation's arrays of a case, stage by stage."""
    return read_stages(folder / folder_of(case.name, dtype), case)


def folder_of(case: str, dtype: str) -> str:
    """A name that every file system takes."""
    return "".join(letter if letter.isalnum() else "-" for letter in f"{case} {dtype}")


def _note(called: set[str], frame, event: str, _argument: object) -> None:
    if event == "call" and frame.f_code.co_filename.startswith(str(SOURCES)):
        path = Path(frame.f_code.co_filename).relative_to(SOURCES).as_posix()
        called.add(f"{path}:{frame.f_code.co_firstlineno}")


if __name__ == "__main__":
    measure_sound(sys.argv[1], Path(sys.argv[2]))

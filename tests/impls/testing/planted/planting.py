"""Plants faults in one implementation, one after the other: `python -m ... NAME RESULT [--all-faults] [--sound]`.

The framework is imported once; `impls` is imported anew for every fault, from a copy that has it. What a faulty
implementation leaves is judged by the sound code and the sound `numpy`, and the verdicts are left as JSON: fault ->
seconds and what noticed it.
"""

import atexit
import importlib
import importlib.util
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import impls
from impls import Training, testing
from impls.mlp.examples import OPTIMIZED
from impls.testing import Arrays, Case
from impls.testing.certificate import BY_NAME, ERROR
from tests.impls.loading import load_alone
from tests.impls.testing.planted.cases import CASES
from tests.impls.testing.planted.faults import Fault, faults_of, stage_of

SOURCES = Path(impls.__file__).parent

CHECK = "check: "

#: After the name of what noticed a fault by an exception.
CRASHED = " (crashed)"


def main(implementation: str, result: str, *options: str) -> None:
    """With `--sound` go through everything without a fault first; then plant one fault after the other."""
    load_alone(implementation)
    faults = faults_of(implementation, every="--all-faults" in options)
    sound = {
        (fault.case, stage_of(fault), fault.dtype): fault._replace(name=f"{fault.case}, {fault.caught}", new=fault.old)
        for fault in faults
    }
    verdicts = {
        kind: {each.name: verdict_on(each, implementation) for each in group}
        for kind, group in (
            ("sound", sound.values() if "--sound" in options else ()),
            ("faulty", faults),
        )
    }
    Path(result).write_text(json.dumps(verdicts), encoding="utf-8")


def verdict_on(fault: Fault, implementation: str) -> dict[str, Any]:
    """What noticed the fault, and how long that took."""
    began = time.perf_counter()
    noticed = noticed_by(fault, implementation)
    return {"noticed": noticed, "seconds": round(time.perf_counter() - began, 2)}


@contextmanager
def planted(fault: Fault) -> Iterator[ModuleType]:
    """`impls.testing` of a copy of `impls` in which the fault is; the sound modules are back in place afterwards."""
    copy = copied()
    plant(fault, copy)
    modules = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "impls"}
    sys.path.insert(0, str(copy.parent))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module("impls.testing")
    finally:
        sys.path.remove(str(copy.parent))
        for name in [name for name in sys.modules if name.split(".")[0] == "impls"]:
            del sys.modules[name]
        sys.modules.update(modules)
        write(copy / fault.file, (SOURCES / fault.file).read_text(encoding="utf-8"))


@cache
def copied() -> Path:
    """The copy of `impls` that the faults are planted in, one after the other.

    With what Python has compiled, which saves half of a fault's time.
    """
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    copy = Path(folder.name) / "impls"
    shutil.copytree(SOURCES, copy)
    return copy


def plant(fault: Fault, copy: Path) -> None:
    """Put the fault into the copy; its place has to be there, and only once."""
    source = (copy / fault.file).read_text(encoding="utf-8")
    if source.count(fault.old) != 1:
        raise LookupError(f"{fault.name}: {fault.file} has {source.count(fault.old)} times {fault.old!r}, not once")
    write(copy / fault.file, source.replace(fault.old, fault.new))


def write(path: Path, source: str) -> None:
    """Replace a source, and forget what was compiled of it, which may be as old and as long."""
    path.write_text(source, encoding="utf-8")
    Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)


def noticed_by(fault: Fault, implementation: str) -> list[str]:
    """Names of the figures and checks that the implementation fails; a crash is marked, since it proves little."""
    case = case_of(fault)
    if fault.caught.startswith(CHECK):
        with planted(fault) as faulty:
            return list(failing_checks(fault, faulty, subject_of(case, implementation, fault)))
    expected = reference(case, fault.dtype)
    with planted(fault) as faulty:
        left = faulty.measured(subject_of(case, implementation, fault))
    findings = testing.judge(case, fault.dtype, expected, left)
    return [
        f"{finding.stage}{CRASHED if ERROR in left[stage_of(fault)] else ''}"
        for finding in findings
        if not finding.passed
    ]


def subject_of(case: Case, implementation: str, fault: Fault) -> Any:
    """The implementation as it is imported now, with the case made of the classes that are imported now."""
    here, discovery = importlib.import_module("impls"), importlib.import_module("impls.spec.discovery")

    def build_function(architecture, training, device, dtype, seed):
        return here.build(architecture, implementation, training, device, dtype, seed)

    architecture = discovery.architectures()[case.architecture.name](**vars(case.architecture))
    copied = here.testing.Case(
        **vars(case) | {"architecture": architecture, "training": here.Training(**vars(case.training))}
    )
    return here.testing.Subject(build_function, copied, "cpu", fault.dtype)


def failing_checks(fault: Fault, faulty: ModuleType, subject: Any) -> Iterator[str]:
    """The expected check's name, if it fails."""
    for check in faulty.CHECKS:
        if check.name == fault.caught.removeprefix(CHECK):
            try:
                check(subject)
            except faulty.ContractError as error:
                yield f"{fault.caught}{CRASHED if error.__cause__ else ''}"


def case_of(fault: Fault) -> Case:
    """The network on which the fault has to show, and the one stage in which it has to."""
    stage = stage_of(fault)
    if stage in BY_NAME:
        optimizers: Any = (fault.case,)
        return Case(fault.case, OPTIMIZED, Training(), (stage,), optimizers)
    case = CASES[fault.case] if fault.case in CASES else example(fault.case)
    return replace(case, stages=None if stage.startswith(CHECK) else (stage,))


def example(name: str) -> Case:
    """The case of that name, in a stage of which `threefold certify` catches the fault."""
    cases = {case.name: case for case in testing.example_cases(name.partition(":")[0])}
    return cases[name]


@cache
def reference(case: Case, dtype: str) -> Mapping[str, Arrays]:
    """What the sound `numpy` leaves."""

    def build_function(architecture, training, device, dtype, seed):
        return impls.build(architecture, "numpy", training, device, dtype, seed)

    return testing.measured(testing.Subject(build_function, case, "cpu", dtype))


if __name__ == "__main__":
    main(*sys.argv[1:])

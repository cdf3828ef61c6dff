"""From the arrays of two trials to a certificate."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from benchmarks.certificates.arrays import read_stages
from benchmarks.certificates.trials import Trial
from benchmarks.records.results import CertificateResult, StageResult
from impls.engines import Arithmetic, implementations
from impls.testing import Arrays, Case, Finding, for_arithmetic, judge, judge_alone, stages_of

Read: TypeAlias = Callable[[Path, Case], dict[str, Arrays]]

COARSEST_FIRST: tuple[Arithmetic, ...] = ("bf16", "tf32")


def compare(arrays: Path, reference: Trial, candidate: Trial, read: Read = read_stages) -> list[Finding]:
    """The worst figure of every stage that both have of one case; a trial that left nothing fails every stage.

    The reference beside itself has the figures that need no partner.

    Args:
        arrays: the folder that the probes were given.
        reference: by whom, on which device.
        candidate: the same case and precision by the implementation to be certified.
        read: takes a trial's folder and a case, and gives the arrays of its stages.
    """
    names = reference.implementation, candidate.implementation
    arithmetic, one_rounds = _coarser(*names), len(_arithmetics(*names)) > 1
    there = {stage.name for stage in stages_of(reference.case.case())}
    both = [stage.name for stage in stages_of(candidate.case.case()) if stage.name in there]
    case = for_arithmetic(replace(candidate.case.case(), stages=tuple(both)), arithmetic)
    ours = read(arrays / candidate.folder, case)
    if candidate.folder == reference.folder:
        return judge_alone(case, candidate.dtype, ours)
    theirs = read(arrays / reference.folder, case)
    return judge(case, candidate.dtype, theirs, ours, arithmetic, one_rounds)


def _coarser(*names: str) -> Arithmetic | None:
    """The coarsest arithmetic among the implementations; None where it is the dtype's."""
    there = _arithmetics(*names)
    return next((each for each in COARSEST_FIRST if each in there), None)


def _arithmetics(*names: str) -> set[Arithmetic | None]:
    return {implementations()[name].arithmetic for name in names}


def certificate(findings: Sequence[Finding]) -> CertificateResult:
    """The findings as a record's result."""
    stages = tuple(
        StageResult(
            stage=each.stage,
            worst=each.worst,
            bound=each.bound,
            tensor=each.tensor,
            passed=each.passed,
            detail=each.detail,
        )
        for each in findings
    )
    return CertificateResult(stages=stages, passed=all(stage.passed for stage in stages))

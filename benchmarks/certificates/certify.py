"""Certificates of every pair of implementations: the probes' processes, then the comparisons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.certificates.compare import compare
from benchmarks.certificates.trials import (
    ProbeRequest,
    Trial,
    make_trial,
    probe_command,
    shared_out,
)
from benchmarks.execution.jobs import Job, Outcome, run_jobs
from benchmarks.execution.process import Limits
from benchmarks.records.cells import REFERENCE
from impls.errors import ImplementationError
from impls.testing import Case, Finding

#: One process goes through everything, compiling what is compiled: as long as it takes, but not for ever.
LIMITS = Limits(seconds=2 * 3600.0, memory_bytes=16 * 2**30)


@dataclass(frozen=True)
class Certified:
    """One case by a pair of implementations."""

    case: Case
    reference: Trial
    candidate: Trial
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every stage is within its bound."""
        return all(finding.passed for finding in self.findings)


def certify(
    cases: Sequence[Case],
    implementations: Sequence[str],
    device: str = "cpu",
    dtypes: Sequence[str] = ("float64", "float32"),
    threads: int = 1,
    *,
    folder: Path,
    side_by_side: int = 2,
    skip_unable: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Certified]:
    """Every case by every pair of implementations, in every precision.

    Args:
        cases: what all of them do.
        implementations: names; the reference comes first, and is added where it is missing.
        device: "cpu" or "cuda"; NumPy stays on the CPU.
        dtypes: precisions.
        threads: of each process.
        folder: takes the arrays, and gives those that are there already.
        side_by_side: processes at a time.
        skip_unable: leave out implementations that cannot run on this machine.
        tell: takes a line on each process's end.

    Raises:
        ImplementationError: an implementation cannot run on this machine (it lacks a compiler, say).
    """
    names = list(dict.fromkeys((REFERENCE, *implementations)))
    trials = {
        name: [make_trial(case, name, device, dtype, threads) for case in cases for dtype in dtypes] for name in names
    }
    reasons, unable = _probe(trials, folder, side_by_side, tell)
    if unable and not skip_unable:
        raise ImplementationError(next(iter(unable.values())))
    pairs = list(combinations([name for name in names if name not in unable], 2)) or [(REFERENCE, REFERENCE)]
    return [
        Certified(case, reference, candidate, tuple(_findings(folder, reference, candidate, reasons)))
        for first, second in pairs
        for reference, candidate in zip(trials[first], trials[second], strict=True)
        for case in [candidate.case.case()]
    ]


def _probe(
    trials: Mapping[str, Sequence[Trial]], folder: Path, side_by_side: int, tell: Callable[[str], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """Let every implementation leave its arrays.

    Returns:
        By a trial's folder why its process failed, and by implementation why it cannot run here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reasons: dict[str, str] = {}
    unable: dict[str, str] = {}

    def job(trials: Sequence[Trial]) -> Job:
        def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
            if left is None:
                reasons.update(dict.fromkeys((trial.folder for trial in trials), reason or "its process left nothing"))
            elif left["unable"]:
                unable[trials[0].implementation] = left["unable"]
            return []

        return Job((), probe_command(trials, folder), collect)

    jobs = [job(some) for name in trials for some in shared_out(trials[name], name)]
    for done in run_jobs(jobs, folder, LIMITS, side_by_side):
        name, some = done.job.command.implementation, ProbeRequest.model_validate_json(done.job.command.request).trials
        if name not in unable:
            tell(f"{name}: {reasons.get(some[0].folder, 'measured')} ({len(some)} networks, {done.seconds:.0f} s)")
    for name, why in unable.items():
        tell(f"{name}: left out: {why}")
    return reasons, unable


def _findings(folder: Path, reference: Trial, candidate: Trial, reasons: Mapping[str, str]) -> list[Finding]:
    findings = compare(folder, reference, candidate)
    reason = reasons.get(candidate.folder) or reasons.get(reference.folder)
    if reason is None:
        return findings
    return [
        finding if finding.passed else Finding(finding.stage, finding.worst, finding.bound, finding.tensor, reason)
        for finding in findings
    ]

"""Certificates of every pair of implementations: the probes' processes, then the comparisons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, cycle, groupby
from pathlib import Path
from typing import Any

from benchmarks.certificates.arrays import Reader, read_stages
from benchmarks.certificates.compare import Read, compare
from benchmarks.certificates.progress import Progress, in_words
from benchmarks.certificates.trials import Trial, make_trial, probe_command
from benchmarks.execution.command import Limits
from benchmarks.execution.jobs import Job, Outcome, run_jobs
from benchmarks.records.cells import REFERENCE
from impls.engines import implementations as known_implementations
from impls.errors import ImplementationError
from impls.testing import Case, Finding, covering, for_arithmetic, formulas_alone, one_of_each, stages_of

#: For one network, compiling what is compiled: as long as it takes, but not for ever.
LIMITS = Limits(seconds=3600.0, memory_bytes=16 * 2**30)


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
    all_cases: bool = False,
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
        all_cases: let all of them go through everything (see `cases_of`).
        tell: takes a line on each network, when an implementation has gone through it.

    Raises:
        ImplementationError: an implementation cannot run on this machine (it lacks a compiler, say).
    """
    names = list(dict.fromkeys((REFERENCE, *implementations)))
    trials = {
        name: [
            make_trial(case, name, device, dtype, threads) for case, dtype in cases_of(name, cases, dtypes, all_cases)
        ]
        for name in names
    }
    probed = _probe(trials, folder, side_by_side, tell)
    if probed.unable and not skip_unable:
        raise ImplementationError(next(iter(probed.unable.values())))
    pairs = [(REFERENCE, REFERENCE), *combinations([name for name in names if name not in probed.unable], 2)]
    both = [each for first, second in pairs for each in _same(trials[first], trials[second])]
    certified = _compare_all(both, probed, folder)
    # The sweep over the optimizers has nothing that the reference could be held to without a partner.
    return [each for each in certified if each.findings]


def cases_of(
    implementation: str, cases: Sequence[Case], dtypes: Sequence[str], all_cases: bool = False
) -> list[tuple[Case, str]]:
    """The cases that an implementation goes through, each with the stages that it does, and the precision.

    Whoever has a network first goes through all cases; what is compiled, through the formulas alone in float64. What a
    compiler or a further back end makes of the same network goes through fewer (see `_fewer`).

    Args:
        implementation: its name.
        cases: of which it goes through some.
        dtypes: precisions, of those that it has.
        all_cases: everything, whoever it is.
    """
    known = known_implementations()
    described = known[implementation]
    own_dtypes = [dtype for dtype in dtypes if dtype in described.dtypes]
    fewer_stages = described.compiled and not all_cases and "float32" in own_dtypes

    def whole(case: Case, dtype: str) -> Case:
        return formulas_alone(case) if fewer_stages and dtype == "float64" else case

    first = next(name for name, each in known.items() if each.network == described.network)
    if implementation == first or all_cases:
        pairs = [(whole(case, dtype), dtype) for case in cases for dtype in own_dtypes]
    else:
        pairs = _fewer(cases, own_dtypes)
    return [(case, dtype) for case, dtype in pairs if stages_of(for_arithmetic(case, described.arithmetic))]


def _fewer(cases: Sequence[Case], dtypes: Sequence[str]) -> list[tuple[Case, str]]:
    """As many cases as show every setting, each in one precision.

    One network of each architecture is gone through as a whole, in float32; the formulas alone of the others, of one in
    the one precision, of the next in the other.
    """
    chosen = covering(cases)
    whole, turns = one_of_each(chosen), cycle(dtypes)
    pairs: list[tuple[Case, str]] = []
    for case in chosen:
        if case in whole:
            pairs.append((case, "float32" if "float32" in dtypes else dtypes[0]))
        elif "horizon" in _names(case):  # which float64 alone has
            pairs += [(case, dtype) for dtype in dtypes if dtype == "float64"]
        else:
            pairs.append((formulas_alone(case), next(turns)))
    return pairs


def _names(case: Case) -> list[str]:
    return [stage.name for stage in stages_of(case)]


def _same(references: Sequence[Trial], candidates: Sequence[Trial]) -> list[tuple[Trial, Trial]]:
    """The trials that both implementations have gone through."""
    by_case = {(trial.case.name, trial.dtype): trial for trial in references}
    both = ((by_case.get((trial.case.name, trial.dtype)), trial) for trial in candidates)
    return [(reference, candidate) for reference, candidate in both if reference is not None]


def _compare_all(both: Sequence[tuple[Trial, Trial]], probed: "_Probed", folder: Path) -> list[Certified]:
    """The certificates in the order of the pairs; what was told already is not compared again."""
    by_pair: dict[tuple[str, str], list[Finding]] = {}
    for _, of_one_network in groupby(sorted(both, key=_network_of_pair), key=_network_of_pair):
        read = Reader()
        for reference, candidate in of_one_network:
            known = probed.findings.get(candidate.folder) if reference.implementation == REFERENCE else None
            by_pair[reference.folder, candidate.folder] = (
                _findings(folder, reference, candidate, probed.reasons, read) if known is None else known
            )
    return [
        Certified(candidate.case.case(), reference, candidate, tuple(by_pair[reference.folder, candidate.folder]))
        for reference, candidate in both
    ]


def _network_of_pair(pair: tuple[Trial, Trial]) -> tuple[str, str]:
    return pair[1].case.name, pair[1].dtype


@dataclass(frozen=True)
class _Probed:
    """What came of the probes."""

    #: By a trial's folder, why its process failed.
    reasons: dict[str, str]
    #: By implementation, why it cannot run here.
    unable: dict[str, str]
    #: By a trial's folder, the figures beside the reference's trial.
    findings: dict[str, list[Finding]]


def _probe(
    trials: Mapping[str, Sequence[Trial]], folder: Path, side_by_side: int, tell: Callable[[str], None]
) -> _Probed:
    """Let every implementation leave its arrays; tell each network's verdict as soon as the reference has its own."""
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(trials, side_by_side, tell)
    reasons: dict[str, str] = {}
    unable: dict[str, str] = {}
    findings_of: dict[str, list[Finding]] = {}
    references = {(trial.case.name, trial.dtype): trial for trial in trials[REFERENCE]}
    commands = {trial.folder: probe_command([trial], folder) for some in trials.values() for trial in some}

    def job(trial: Trial) -> Job:
        def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
            if left is None:
                reasons[trial.folder] = reason or "its process left nothing"
            elif left["unable"] and trial.implementation not in unable:
                unable[trial.implementation] = left["unable"]
                progress.left_out(trial.implementation, left["unable"])
            return []

        reference = references[trial.case.name, trial.dtype]
        after = frozenset({commands[reference.folder].name} - {commands[trial.folder].name})
        return Job((), commands[trial.folder], collect, after)

    by_command = {commands[trial.folder].name: trial for some in trials.values() for trial in some}
    # The large networks of an implementation first: one that is begun last would leave a processor idle.
    jobs = [job(trial) for some in trials.values() for trial in sorted(some, key=lambda trial: not trial.case.sizes)]
    for done in run_jobs(jobs, folder, LIMITS, side_by_side):
        trial = by_command[done.job.command.name]
        if trial.implementation not in unable:
            findings_of[trial.folder] = _findings(folder, references[trial.case.name, trial.dtype], trial, reasons)
            progress.finished(trial, done.seconds, reasons.get(trial.folder) or in_words(findings_of[trial.folder]))
    return _Probed(reasons, unable, findings_of)


def _findings(
    folder: Path, reference: Trial, candidate: Trial, reasons: Mapping[str, str], read: Read = read_stages
) -> list[Finding]:
    findings = compare(folder, reference, candidate, read)
    reason = reasons.get(candidate.folder) or reasons.get(reference.folder)
    if reason is None:
        return findings
    return [
        finding if finding.passed else Finding(finding.stage, finding.worst, finding.bound, finding.tensor, reason)
        for finding in findings
    ]

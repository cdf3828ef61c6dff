"""Judges two stored runs, or two sides of pytest-benchmark's files."""

from pathlib import Path

from benchmarks.gate.benchmark_files import is_benchmark_side, machine_differences, read_side
from benchmarks.printable import printable
from impls.errors import ThreefoldError
from report.comparing.positive import judge_positive
from report.comparing.runs import compare_runs
from report.comparing.verdicts import Comparison, Limits, concluded
from report.runs.reading import read_run

#: Times of pytest-benchmark's files that differ by less than this are never worse, unless the caller gives a floor: its
#: users measure functions of nanoseconds, of which a round has many.
BENCHMARK_FLOOR_S = 10e-9


class CompareError(ThreefoldError):
    """The two sides are not of one kind, or one does not exist."""


def compare(
    baseline: Path, candidate: Path, limits: Limits, anyway: bool = False, versions: bool = False
) -> Comparison:
    """What the candidate's measurements say against the baseline's.

    Args:
        baseline: a folder that `threefold run` wrote, a JSON file of pytest-benchmark, or a folder of such files.
        candidate: likewise, of the same kind.
        limits: from where on a difference counts.
        anyway: give ratios (without verdicts) although machines or versions differ.
        versions: of stored runs, what other versions change is the question, so they are no reason against a verdict.

    Raises:
        CompareError: see there.
        RunFolderError: a folder holds no readable run.
        BenchmarkFileError: a file is not pytest-benchmark's.
    """
    for path in (baseline, candidate):
        if not path.exists():
            raise CompareError(f"{path}: does not exist; give a run's folder or a pytest-benchmark JSON file")
    kinds = [is_benchmark_side(path) for path in (baseline, candidate)]
    if kinds[0] != kinds[1]:
        raise CompareError(
            f"{baseline} and {candidate}: one is a stored run and the other pytest-benchmark's; give two of one kind"
        )
    if kinds[0]:
        return _compare_files(baseline, candidate, limits, anyway)
    labels = printable(str(baseline)), printable(str(candidate))  # a path may hold bytes that JSON does not
    return compare_runs(read_run(baseline), read_run(candidate), labels, limits, anyway, versions)


def _compare_files(baseline: Path, candidate: Path, limits: Limits, anyway: bool) -> Comparison:
    first, second = read_side(baseline), read_side(candidate)
    if "floor_s" not in limits.model_fields_set:
        limits = limits.model_copy(update={"floor_s": BENCHMARK_FLOOR_S})
    figures, notes = judge_positive(first.samples, second.samples, "time", limits)
    return concluded(
        (first.label, second.label),
        limits,
        figures,
        differences=machine_differences(first, second),
        missing=[name for name in first.samples if name not in second.samples],
        added=[name for name in second.samples if name not in first.samples],
        notes=notes,
        anyway=anyway,
    )

"""Judges two stored runs, or two sides of pytest-benchmark's files."""

from pathlib import Path

from benchmarks.gate import stored_runs
from benchmarks.gate.benchmark_files import is_benchmark_side, machine_differences, read_side
from benchmarks.gate.positive import judge_positive
from benchmarks.gate.verdicts import Comparison, Figure, Limits, Verdict, conclude
from impls.errors import ThreefoldError
from report.runs.reading import read_run


class CompareError(ThreefoldError):
    """The two sides are not of one kind, or one does not exist."""


def compare(baseline: Path, candidate: Path, limits: Limits, anyway: bool = False) -> Comparison:
    """What the candidate's measurements say against the baseline's.

    Args:
        baseline: a folder that `threefold run` wrote, a JSON file of pytest-benchmark, or a folder of such files.
        candidate: likewise, of the same kind.
        limits: from where on a difference counts.
        anyway: give ratios (without verdicts) although machines or versions differ.

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
    return _compare_runs(baseline, candidate, limits, anyway)


def _compare_files(baseline: Path, candidate: Path, limits: Limits, anyway: bool) -> Comparison:
    first, second = read_side(baseline), read_side(candidate)
    figures, notes = judge_positive(first.samples, second.samples, "time", limits)
    return _comparison(
        (first.label, second.label),
        limits,
        figures,
        differences=machine_differences(first, second),
        missing=[name for name in first.samples if name not in second.samples],
        added=[name for name in second.samples if name not in first.samples],
        notes=notes,
        anyway=anyway,
    )


def _compare_runs(baseline: Path, candidate: Path, limits: Limits, anyway: bool) -> Comparison:
    first, second = read_run(baseline), read_run(candidate)
    changed = stored_runs.changed_settings(first, second)
    sides = stored_runs.times(first, changed), stored_runs.times(second, changed)
    figures, notes = judge_positive(*sides, "time", limits)
    of_one_run = sides[0].keys() ^ sides[1].keys()
    sides = stored_runs.memory(first, changed), stored_runs.memory(second, changed)
    figures += judge_positive(*sides, "memory", limits)[0]
    of_one_run |= sides[0].keys() ^ sides[1].keys()
    if of_one_run:
        notes.append(
            f"{len(of_one_run)} figures are of one run alone and are not compared, such as {min(of_one_run)!r}"
        )
    figures += stored_runs.accuracies(first, second, limits, changed)
    figures += stored_runs.outcomes(first, second)
    return _comparison(
        (str(baseline), str(candidate)),
        limits,
        figures,
        differences=stored_runs.run_differences(first, second),
        missing=stored_runs.missing_from(first, second),
        added=stored_runs.missing_from(second, first),
        notes=[
            *notes,
            *(f"{place}: its settings differ; left out" for place in changed),
            *first.problems,
            *second.problems,
        ],
        anyway=anyway,
    )


def _comparison(
    labels: tuple[str, str],
    limits: Limits,
    figures: list[Figure],
    *,
    differences: list[str],
    missing: list[str],
    added: list[str],
    notes: list[str],
    anyway: bool,
) -> Comparison:
    if differences and not anyway:
        figures = []
    elif differences:
        figures = [figure.model_copy(update={"verdict": Verdict.UNCERTAIN, "reason": ""}) for figure in figures]
    exit_code, summary = conclude(figures, differences, missing, anyway)
    return Comparison(
        baseline=labels[0],
        candidate=labels[1],
        limits=limits,
        differences=tuple(differences),
        missing=tuple(missing),
        added=tuple(added),
        notes=tuple(notes),
        figures=tuple(figures),
        exit_code=exit_code,
        summary=summary,
    )

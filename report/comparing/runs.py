"""Judges one stored run against another: time, peak memory, accuracy, certificates, and cells that failed."""

from report.comparing import stored_runs
from report.comparing.figures import memory, times
from report.comparing.positive import judge_positive
from report.comparing.verdicts import Comparison, Limits, concluded
from report.runs.reading import Run


def compare_runs(
    first: Run, second: Run, labels: tuple[str, str], limits: Limits, anyway: bool = False, versions: bool = False
) -> Comparison:
    """What the second run's records say against the first's.

    Args:
        first: the baseline.
        second: the candidate.
        labels: how the two are called.
        limits: from where on a difference counts.
        anyway: give ratios (without verdicts) although machines or versions differ.
        versions: what other versions change is the question, so they are no reason against a verdict.
    """
    differences, other_versions = (
        stored_runs.machine_differences(first, second),
        stored_runs.version_differences(first, second),
    )
    changed = stored_runs.changed_settings(first, second)
    sides = times(first, changed), times(second, changed)
    figures, notes = judge_positive(*sides, "time", limits)
    of_one_run = sides[0].keys() ^ sides[1].keys()
    sides = memory(first, changed), memory(second, changed)
    figures += judge_positive(*sides, "memory", limits)[0]
    of_one_run |= sides[0].keys() ^ sides[1].keys()
    if of_one_run:
        notes.append(
            f"{len(of_one_run)} figures are of one run alone and are not compared, such as {min(of_one_run)!r}"
        )
    figures += stored_runs.accuracies(first, second, limits, changed)
    figures += stored_runs.outcomes(first, second)
    return concluded(
        labels,
        limits,
        figures,
        differences=differences if versions else differences + other_versions,
        missing=stored_runs.missing_from(first, second),
        added=stored_runs.missing_from(second, first),
        notes=[
            *(other_versions if versions else ()),
            *notes,
            *(f"{place}: its settings differ; left out" for place in changed),
            *first.problems,
            *second.problems,
        ],
        anyway=anyway,
    )

"""Searches for hyperparameters: what they find with how many trials, and what of it is optimism."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

from benchmarks.records.cells import TuningCell
from benchmarks.records.tuning import Search, SearchTrial, TuningResult
from report.runs.reading import Run
from report.statistics.intervals import over_folds
from report.text.formatting import percent
from report.text.naming import higher_is_better, place_rank


@dataclass(frozen=True)
class SearchRow:
    """One network tuned by one method: means over its searches."""

    study: str
    task: str
    recipe: str
    variant: str
    implementation: str
    method: str
    metric: str
    trials: int
    searches: int
    #: Nested: of each search the trial with the best validation result, and its result on the test part.
    nested: float | None
    ci_low: float | None
    ci_high: float | None
    #: Not nested: that validation result itself, by which the trial was chosen.
    not_nested: float | None
    #: The best test result of any trial.
    in_hindsight: float | None
    #: Of the not nested result over the nested one, in the direction of good.
    optimism: float | None
    failed_trials: int
    #: Which hyperparameter mattered: its share of the variance.
    importances: str
    run: str


@dataclass(frozen=True)
class SearchCurve:
    """The expected best validation result after 1, 2, … trials."""

    task: str
    recipe: str
    implementation: str
    method: str
    metric: str
    expected: tuple[float, ...]


def search_rows(runs: Sequence[Run]) -> list[SearchRow]:
    """The rows of all runs that have searches."""
    return [_row(run, cell, result) for run in runs for cell, result in _searched(run)]


def search_curves(run: Run) -> list[SearchCurve]:
    """One for each network, implementation and method; searches in which no trial came to an end are left out."""
    curves = []
    for cell, result in _searched(run):
        expected = [_expected(cell, search, result.metric) for search in result.searches if _complete(search)]
        if expected:
            curves.append(
                SearchCurve(
                    cell.task,
                    _recipe(cell),
                    cell.implementation,
                    cell.method,
                    result.metric,
                    tuple(map(fmean, zip(*expected, strict=True))),
                )
            )
    return curves


def expected_best(values: Sequence[float], higher: bool) -> list[float]:
    """The expected best of 1, 2, … n of these values, drawn with replacement.

    Dodge, Gururangan, Card, Schwartz & Smith (2019), "Show your work: improved reporting of experimental results",
    equation 1: with the empirical distribution F of n values, P(best of k ≤ v) = F(v)^k.
    """
    ordered = sorted(values, reverse=not higher)
    count = len(ordered)
    return [
        math.fsum(
            value * (((place + 1) / count) ** trials - (place / count) ** trials) for place, value in enumerate(ordered)
        )
        for trials in range(1, count + 1)
    ]


def _searched(run: Run) -> Iterator[tuple[TuningCell, TuningResult]]:
    for cell, record in sorted(run.of_kind(TuningCell), key=lambda pair: (*place_rank(pair[0]), pair[0].method)):
        if isinstance(record.result, TuningResult):
            yield cell, record.result


def _expected(cell: TuningCell, search: Search, metric: str) -> list[float]:
    """Random trials are independent, so that any order of them is as likely; of the others the order counts."""
    higher = higher_is_better(metric) is not False
    worst = (min if higher else max)(_validation(trial) for trial in _complete(search))
    values = [worst if trial.validation is None else trial.validation for trial in search.trials]
    if cell.method == "random":
        return expected_best(values, higher)
    return list(accumulate(values, max if higher else min))


def _row(run: Run, cell: TuningCell, result: TuningResult) -> SearchRow:
    higher = higher_is_better(result.metric) is not False
    better = max if higher else min
    searches = [search for search in result.searches if _complete(search)]
    chosen = [better(_complete(search), key=_validation) for search in searches]
    nested, not_nested = [_test(trial) for trial in chosen], [_validation(trial) for trial in chosen]
    best = [better(map(_test, _complete(search))) for search in searches]
    measured = None
    if len(nested) > 1:
        trained = sum(search.train_examples + search.validation_examples for search in searches)
        measured = over_folds(nested, sum(search.test_examples for search in searches) / trained)
    return SearchRow(
        study=run.manifest.study.name if run.manifest.study else "",
        task=cell.task,
        recipe=_recipe(cell),
        variant=cell.variant.name if cell.variant else "",
        implementation=cell.implementation,
        method=cell.method,
        metric=result.metric,
        trials=cell.trials,
        searches=len(searches),
        nested=fmean(nested) if nested else None,
        ci_low=measured.low if measured else None,
        ci_high=measured.high if measured else None,
        not_nested=fmean(not_nested) if not_nested else None,
        in_hindsight=fmean(best) if best else None,
        optimism=(1 if higher else -1) * (fmean(not_nested) - fmean(nested)) if nested else None,
        failed_trials=sum(trial.validation is None for search in result.searches for trial in search.trials),
        importances=", ".join(f"{name} {percent(share, 0)}" for name, share in _importances(searches).items()),
        run=run.label,
    )


def _importances(searches: Sequence[Search]) -> Mapping[str, float]:
    """Means over the searches, the largest first."""
    known = [search.importances for search in searches if search.importances]
    means = {name: fmean(each[name] for each in known) for name in (known[0] if known else ())}
    return dict(sorted(means.items(), key=lambda pair: -pair[1]))


def _recipe(cell: TuningCell) -> str:
    return cell.variant.recipe if cell.variant else cell.architecture


def _complete(search: Search) -> list[SearchTrial]:
    return [trial for trial in search.trials if trial.validation is not None and trial.test is not None]


def _validation(trial: SearchTrial) -> float:
    assert trial.validation is not None
    return trial.validation


def _test(trial: SearchTrial) -> float:
    assert trial.test is not None
    return trial.test

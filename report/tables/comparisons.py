"""The comparisons table: pairs of accuracies on the same splits, tested for difference and for equivalence."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import Literal, TypeAlias

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult
from report.runs.certification import Standing
from report.runs.pairing import paired_splits
from report.runs.reading import Run
from report.statistics.paired import ALPHA, corrected_paired_test, holm
from report.tables.accuracy import resampling_ratio
from report.text.naming import is_baseline, place_rank

Question: TypeAlias = Literal["implementations", "architectures", "baseline", "devices", "runs"]
Conclusion: TypeAlias = Literal[
    "identical", "equivalent", "different", "different within the margin", "undecided", "not testable"
]


@dataclass(frozen=True)
class Contender:
    """An accuracy that can be compared: one network by one implementation in one run."""

    run: Run
    cell: AccuracyCell
    result: AccuracyResult
    certificate: Standing


@dataclass(frozen=True)
class ComparisonRow:
    """One pair; p-values are adjusted by Holm within the pairs that answer one question of a reader (`_family`)."""

    task: str
    metric: str
    #: In what the two differ: all else is the same. A baseline is compared with every network.
    question: Question
    architecture_a: str
    implementation_a: str
    device_a: str
    architecture_b: str
    implementation_b: str
    device_b: str
    #: Mean of a - b over the splits; of a single one the difference there, which nothing can be claimed of.
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    #: Of no difference, two-sided.
    p_difference: float | None
    p_difference_holm: float | None
    #: Two are equivalent if they differ by less than this.
    margin: float | None
    #: Of a difference as large as the margin.
    p_equivalence: float | None
    p_equivalence_holm: float | None
    splits: int
    #: The smallest true difference that would have been detected with 80 % power, before the adjustment.
    detectable: float | None
    conclusion: Conclusion
    certificate_a: Standing
    certificate_b: Standing
    run_a: str
    run_b: str


def comparison_rows(runs: Sequence[Run]) -> list[ComparisonRow]:
    """All pairs that differ in one thing, on the principal metric of their task."""
    rows: list[ComparisonRow] = []
    for first, second in _pairs(runs):
        question = _question(first, second)
        metric = first.run.principal_metric(first.cell.task)
        if question is not None and metric is not None and _has(metric, first, second):
            rows.append(_row(question, metric, first, second))
    families: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        families.setdefault(_family(row), []).append(place)
    for places in families.values():
        for place, row in zip(places, _concluded([rows[place] for place in places]), strict=True):
            rows[place] = row
    groups = {key: number for number, key in enumerate(dict.fromkeys(map(_group, rows)))}
    return sorted(rows, key=lambda row: groups[_group(row)])


def _group(row: ComparisonRow) -> tuple[str, ...]:
    """Rows that stand together in the table."""
    return row.task, row.question, row.run_a, row.run_b


def _family(row: ComparisonRow) -> tuple[str, ...]:
    """The question of a reader that the pair helps to answer; its p-values are adjusted for the others that do.

    Somebody who looks at one network asks whether its implementations are equally accurate; somebody who looks at a
    task asks which network is the best there, by one implementation, and whether it beats the baseline. To adjust over
    everything on the page would make each answer depend on what else was measured, and hide all but enormous
    differences.
    """
    asked = {
        "implementations": (row.architecture_a, row.device_a),
        "architectures": (row.implementation_a, row.device_a),
        "baseline": (row.implementation_a, row.device_a),
        "devices": (row.architecture_a, row.implementation_a),
        "runs": (),
    }
    return row.task, row.question, row.run_a, row.run_b, *asked[row.question]


def _pairs(runs: Sequence[Run]) -> Iterator[tuple[Contender, Contender]]:
    """All pairs of a task, task by task."""
    for _, contenders in groupby(_contenders(runs), key=lambda each: each.cell.task):
        yield from combinations(contenders, 2)


def _contenders(runs: Sequence[Run]) -> list[Contender]:
    """The networks, and of each task's baselines the best."""
    numbered = []
    for number, run in enumerate(runs):
        for cell, record in run.of_kind(AccuracyCell):
            if is_baseline(cell) and _is_surpassed(run, cell):
                continue
            if isinstance(record.result, AccuracyResult):
                numbered.append((number, Contender(run, cell, record.result, run.certificates.standing(cell))))
    # Networks stand before baselines, so that a difference reads "network minus baseline".
    numbered.sort(key=lambda pair: (pair[1].cell.task, pair[0], place_rank(pair[1].cell)))
    return [contender for _, contender in numbered]


def _is_surpassed(run: Run, cell: AccuracyCell) -> bool:
    """Whether another baseline of the task is better than this one."""
    best = run.best_baselines.get(cell.task)
    return best is not None and best.cell != cell


def _question(first: Contender, second: Contender) -> Question | None:
    """In what the two differ, or None where they differ in more than one thing or are of different data."""
    one, other = first.cell, second.cell
    if one.task != other.task or one.dtype != other.dtype or one.folds != other.folds:
        return None
    if first.run.label != second.run.label:
        return "runs" if _place(one) == _place(other) and _same_data(first, second) else None
    if is_baseline(one) != is_baseline(other):
        return "baseline"
    differing = [name for name, a, b in zip(_QUESTIONS, _place(one), _place(other), strict=True) if a != b]
    return differing[0] if len(differing) == 1 else None


_QUESTIONS: tuple[Question, ...] = ("architectures", "implementations", "devices")


def _place(cell: AccuracyCell) -> tuple[str, str, str]:
    return cell.architecture, cell.implementation, cell.device


def _same_data(first: Contender, second: Contender) -> bool:
    one, other = (each.run.manifest.tasks.get(each.cell.task) for each in (first, second))
    return one is not None and other is not None and one.dataset_sha256 == other.dataset_sha256


def _has(metric: str, *contenders: Contender) -> bool:
    return all(
        metric in split.metrics and math.isfinite(split.metrics[metric])
        for each in contenders
        for split in each.result.splits
    )


def _row(question: Question, metric: str, first: Contender, second: Contender) -> ComparisonRow:
    pairs = paired_splits(first.result.splits, second.result.splits, second.cell)
    margin = metric_of(metric).margin
    test = None
    if len(pairs) > 1:
        test = corrected_paired_test(
            [one.metrics[metric] for one, _ in pairs],
            [other.metrics[metric] for _, other in pairs],
            resampling_ratio(first.run, first.cell, [one for one, _ in pairs]),
            margin,
        )
    conclusion: Conclusion = "not testable" if test is None else "identical" if test.identical else "undecided"
    return ComparisonRow(
        task=first.cell.task,
        metric=metric,
        question=question,
        architecture_a=first.cell.architecture,
        implementation_a=first.cell.implementation,
        device_a=first.cell.device,
        architecture_b=second.cell.architecture,
        implementation_b=second.cell.implementation,
        device_b=second.cell.device,
        difference=test.difference if test else _lone_difference(metric, pairs),
        ci_low=test.low if test else None,
        ci_high=test.high if test else None,
        p_difference=test.p_difference if test else None,
        p_difference_holm=None,
        margin=margin,
        p_equivalence=test.p_equivalence if test else None,
        p_equivalence_holm=None,
        splits=len(pairs),
        detectable=test.detectable if test else None,
        conclusion=conclusion,
        certificate_a=first.certificate,
        certificate_b=second.certificate,
        run_a=first.run.label,
        run_b=second.run.label,
    )


def _lone_difference(metric: str, pairs: Sequence[tuple[SplitResult, SplitResult]]) -> float | None:
    return pairs[0][0].metrics[metric] - pairs[0][1].metrics[metric] if pairs else None


def _concluded(family: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """The rows with their p-values adjusted for the size of the family, and what follows from them."""
    difference = iter(holm([row.p_difference for row in family if row.p_difference is not None]))
    equivalence = iter(holm([row.p_equivalence for row in family if row.p_equivalence is not None]))
    rows = []
    for row in family:
        p_difference = None if row.p_difference is None else next(difference)
        p_equivalence = None if row.p_equivalence is None else next(equivalence)
        adjusted = replace(row, p_difference_holm=p_difference, p_equivalence_holm=p_equivalence)
        rows.append(replace(adjusted, conclusion=_conclusion(adjusted)))
    return rows


def _conclusion(row: ComparisonRow) -> Conclusion:
    if row.conclusion in ("not testable", "identical"):
        return row.conclusion
    different = row.p_difference_holm is not None and row.p_difference_holm < ALPHA
    equivalent = row.p_equivalence_holm is not None and row.p_equivalence_holm < ALPHA
    if different:
        return "different within the margin" if equivalent else "different"
    return "equivalent" if equivalent else "undecided"

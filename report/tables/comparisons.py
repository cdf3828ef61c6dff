"""The comparisons table: pairs of accuracies on the same splits, tested for difference and for equivalence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from benchmarks.metrics.evaluate import metric_of
from report.runs.certification import Standing
from report.runs.pairing import paired_splits
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.statistics.margins import equivalence_margin
from report.statistics.paired import ALPHA, corrected_paired_test, holm
from report.tables.accuracy import resampling_ratio
from report.tables.contenders import Contender, Question, have, pairs_of, question_of

Conclusion: TypeAlias = Literal[
    "identical",
    "equivalent",
    "different",
    "different within the margin",
    "undecided",
    "not testable",
    "one diverged",
    "both diverged",
]
#: Questions that are asked of a study's variants too.
OF_STUDIES: tuple[Question, ...] = ("implementations", "devices")
#: There is no number to test where a training's metric is not finite; that it is not is a result all the same.
DIVERGED: tuple[Conclusion, ...] = ("one diverged", "both diverged")


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
    #: Two are equivalent if they differ by less than this: the metric's margin, or a share of the second side's mean.
    margin: float | None
    #: Of a difference as large as the margin.
    p_equivalence: float | None
    p_equivalence_holm: float | None
    splits: int
    #: The smallest true difference that would have been detected with 80 % power, before the adjustment.
    detectable: float | None
    #: Splits of the pair in which the metric is not finite: the training diverged.
    not_finite_a: int
    not_finite_b: int
    conclusion: Conclusion
    certificate_a: Standing
    certificate_b: Standing
    run_a: str
    run_b: str


def comparison_rows(runs: Sequence[Run]) -> list[ComparisonRow]:
    """All pairs that differ in one thing, on the principal metric of their task.

    Of a study's variants only those by several implementations or on several devices: the pairs of variants would be
    tens of thousands, and its own table has what it asks.
    """
    rows: list[ComparisonRow] = []
    for first, second in pairs_of(runs):
        question = question_of(first, second)
        if question not in OF_STUDIES and any(each.run.manifest.study is not None for each in (first, second)):
            continue
        metric = first.run.principal_metric(first.cell.task)
        if question is not None and metric is not None and have(metric, first, second):
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


def _row(question: Question, metric: str, first: Contender, second: Contender) -> ComparisonRow:
    pairs = paired_splits(first.result.splits, second.result.splits, second.cell)
    values = [one.metrics[metric] for one, _ in pairs], [other.metrics[metric] for _, other in pairs]
    diverged = [[not math.isfinite(value) for value in side] for side in values]
    compared = math.nan if any(diverged[1]) or not pairs else mean_of(values[1])
    margin = equivalence_margin(metric_of(metric), compared)
    test = None
    if len(pairs) > 1 and not any(map(any, diverged)):
        ratio = resampling_ratio(first.run, first.cell, [one for one, _ in pairs])
        test = corrected_paired_test(*values, ratio, margin)
    conclusion: Conclusion = "not testable" if test is None else "identical" if test.identical else "undecided"
    if any(map(any, diverged)):
        conclusion = "both diverged" if diverged[0] == diverged[1] else "one diverged"
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
        difference=test.difference if test else _lone_difference(*values),
        ci_low=test.low if test else None,
        ci_high=test.high if test else None,
        p_difference=test.p_difference if test else None,
        p_difference_holm=None,
        margin=margin,
        p_equivalence=test.p_equivalence if test else None,
        p_equivalence_holm=None,
        splits=len(pairs),
        detectable=test.detectable if test else None,
        not_finite_a=sum(diverged[0]),
        not_finite_b=sum(diverged[1]),
        conclusion=conclusion,
        certificate_a=first.certificate,
        certificate_b=second.certificate,
        run_a=first.run.label,
        run_b=second.run.label,
    )


def _lone_difference(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Of a single pair of trainings, unless one diverged."""
    return first[0] - second[0] if len(first) == 1 and math.isfinite(first[0] - second[0]) else None


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
    if row.conclusion in ("not testable", "identical", *DIVERGED):
        return row.conclusion
    different = row.p_difference_holm is not None and row.p_difference_holm < ALPHA
    equivalent = row.p_equivalence_holm is not None and row.p_equivalence_holm < ALPHA
    if different:
        return "different within the margin" if equivalent else "different"
    return "equivalent" if equivalent else "undecided"

"""What claims on studies have in common: variants by what they override, and values that are no metric of a cell."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.records.results import SplitResult
from report.claims.base import Contrast
from report.claims.measures import Measure, measure_of, smallest_effect
from report.claims.trained import Trained
from report.runs.pairing import paired_splits
from report.statistics.intervals import mean_of
from report.studies.choosing import split_by_split
from report.tables.accuracy import resampling_ratio


def override(trained: Trained, name: str) -> Any:
    """What the variant sets a field to; None where it leaves it as it is."""
    return None if trained.cell.variant is None else trained.cell.variant.overrides.get(name)


def leaves_out_clipping(trained: Trained) -> bool:
    """Whether it is the same network without its recipe's clipping: no evidence of its own beside the one with it."""
    variant = trained.cell.variant
    return variant is not None and "clip_norm" in variant.overrides and variant.overrides["clip_norm"] is None


def with_overrides(variants: Sequence[Trained], **values: Any) -> Trained | None:
    """The variant with these values; lists stand for tuples, as in records."""
    for each in variants:
        if all(override(each, name) == value for name, value in values.items()):
            return each
    return None


def contrast_of(
    first: Trained,
    second: Trained,
    value: Callable[[Trained, SplitResult], float],
    measure: Measure,
    smallest: float,
    place: str,
    titles: tuple[str, str],
) -> Contrast | None:
    """Two trainings by a value of each split that is to be large; None where it is not finite everywhere."""
    pairs = paired_splits(first.result.splits, second.result.splits, second.cell)
    gains = tuple(value(first, one) - value(second, other) for one, other in pairs)
    if not gains or not all(map(math.isfinite, gains)):
        return None
    return Contrast(
        place=place,
        first=titles[0],
        second=titles[1],
        by=first.cell.implementation,
        measure=measure,
        gains=gains,
        smallest=smallest,
        test_to_train=resampling_ratio(first.run, first.cell, [one for one, _ in pairs]),
        run=first.run.label,
        records=(first.key, second.key),
        data=first.facts.dataset,
    )


def contrast_of_chosen(
    first: Sequence[Trained], second: Sequence[Trained], place: str, titles: tuple[str, str], by: str
) -> Contrast | None:
    """Two groups of variants by the principal metric of the test part: each split takes, of either group, the variant
    that its validation part prefers. None without validation parts, or where a result is not finite.
    """
    metric = first[0].metric
    measure = measure_of(metric)
    one, other = ({_place(split): split.metrics[metric] for _, split in chosen(group)} for group in (first, second))
    splits = [split for split in first[0].result.splits if _place(split) in one.keys() & other.keys()]
    compared = [other[_place(split)] for split in splits]
    if measure is None or not splits or not all(map(math.isfinite, (*one.values(), *compared))):
        return None
    return Contrast(
        place=place,
        first=titles[0],
        second=titles[1],
        by=by,
        measure=measure,
        gains=tuple(measure.sign * (one[_place(split)] - other[_place(split)]) for split in splits),
        smallest=smallest_effect(metric, mean_of(compared)),
        test_to_train=resampling_ratio(first[0].run, first[0].cell, splits),
        run=first[0].run.label,
        records=tuple(each.key for each in (*first, *second)),
        data=first[0].facts.dataset,
    )


def chosen(group: Sequence[Trained]) -> list[tuple[Trained, SplitResult]]:
    """For each split the variant that its validation part prefers; empty without validation parts."""
    candidates = {
        index: {_place(split): split for split in each.result.splits}
        for index, each in enumerate(group)
        if all(split.validation_metrics for split in each.result.splits)
    }
    if not candidates:
        return []
    return [(group[index], split) for index, split in split_by_split(candidates, group[0].metric)]


def _place(split: SplitResult) -> tuple[int, int]:
    return split.seed, split.fold

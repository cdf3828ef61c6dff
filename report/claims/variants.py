"""What claims on studies have in common: variants by what they override, and values that are no metric of a cell."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.records.results import SplitResult
from report.claims.base import Contrast
from report.claims.evidence import Trained
from report.claims.measures import Measure
from report.runs.pairing import paired_splits
from report.tables.accuracy import resampling_ratio


def override(trained: Trained, name: str) -> Any:
    """What the variant sets a field to; None where it leaves it as it is."""
    return None if trained.cell.variant is None else trained.cell.variant.overrides.get(name)


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
    )

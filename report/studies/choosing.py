"""The learning rate that each split's validation part chooses, for variants that differ by nothing else."""

import json
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult
from report.text.naming import higher_is_better

#: The override that is chosen; variants that differ by it alone are one group.
TUNED = "learning_rate"
Candidate = TypeVar("Candidate", bound=Hashable)


@dataclass(frozen=True)
class Group:
    """Variants of a recipe that differ by their learning rate alone."""

    task: str
    recipe: str
    #: Of the group: the variants' name without the learning rate.
    name: str
    #: Learning rate -> the cell, and its result, or None where it failed.
    members: Mapping[float, tuple[AccuracyCell, AccuracyResult | None]]


@dataclass(frozen=True)
class Chosen:
    """What a group reaches when each split's validation part chooses its learning rate."""

    #: For each split the result with the learning rate chosen.
    splits: tuple[SplitResult, ...]
    #: Learning rate -> how many splits chose it.
    counts: Mapping[float, int]


def groups_of(cells: Iterable[tuple[AccuracyCell, AccuracyResult | None]]) -> list[Group]:
    """The groups of two learning rates or more, in the order of their first cells."""
    members: dict[tuple[str, str, str, str], dict[float, tuple[AccuracyCell, AccuracyResult | None]]] = {}
    names: dict[tuple[str, str, str, str], str] = {}
    for cell, result in cells:
        if cell.variant is None or TUNED not in cell.variant.overrides:
            continue
        rate = float(cell.variant.overrides[TUNED])
        others = {name: value for name, value in cell.variant.overrides.items() if name != TUNED}
        key = (cell.task, cell.variant.recipe, cell.implementation, json.dumps(others, sort_keys=True, default=str))
        members.setdefault(key, {})[rate] = cell, result
        names.setdefault(key, _without(cell.variant.name, rate))
    return [
        Group(task, recipe, names[key], here)
        for key, here in members.items()
        for task, recipe in (key[:2],)
        if len(here) > 1
    ]


def choose(group: Group, metric: str) -> Chosen | None:
    """Choose split by split; None without validation parts. A learning rate whose training failed is never chosen."""
    candidates = {
        rate: {(split.seed, split.fold): split for split in result.splits}
        for rate, (_, result) in group.members.items()
        if result is not None and all(split.validation_metrics for split in result.splits)
    }
    if not candidates:
        return None
    chosen = split_by_split(candidates, metric)
    rates = Counter(rate for rate, _ in chosen)
    return Chosen(tuple(split for _, split in chosen), dict(sorted(rates.items())))


def split_by_split(
    candidates: Mapping[Candidate, Mapping[tuple[int, int], SplitResult]], metric: str
) -> list[tuple[Candidate, SplitResult]]:
    """For each split that all have, the candidate that its validation part prefers, with its result there.

    Of several that are as good there the first one, and never the one that is better on the test part.

    Args:
        candidates: one at least; its results by seed and fold, all with metrics of the validation part.
        metric: by which is chosen.
    """
    first, *others = candidates.values()
    chosen = []
    for place in first:
        if all(place in each for each in others):
            here = [(name, splits[place]) for name, splits in candidates.items()]
            chosen.append(max(here, key=lambda pair: _validation(pair[1], metric)))
    return chosen


def best_in_hindsight(group: Group, metric: str) -> Sequence[SplitResult] | None:
    """The splits of the learning rate that is best on the test parts themselves: what choosing by them would claim."""
    results = [result for _, result in group.members.values() if result is not None]
    sign = -1 if higher_is_better(metric) is False else 1
    if not results:
        return None
    best = max(results, key=lambda result: sign * sum(split.metrics[metric] for split in result.splits))
    return best.splits


def _validation(split: SplitResult, metric: str) -> float:
    """The larger the better; -inf where it is not finite."""
    assert split.validation_metrics is not None
    value = split.validation_metrics[metric]
    sign = -1 if higher_is_better(metric) is False else 1
    return sign * value if math.isfinite(value) else -math.inf


def _without(name: str, rate: float) -> str:
    words = [word for word in name.split(", ") if word.split()[-1] != f"{rate:g}"]
    return ", ".join(words) or name

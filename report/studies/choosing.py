"""The learning rate that each split's validation part chooses, for variants that differ by nothing else."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult
from report.text.naming import higher_is_better

#: The override that is chosen; variants that differ by it alone are one group.
TUNED = "learning_rate"


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
    sign = -1 if higher_is_better(metric) is False else 1
    chosen, rates = [], []
    for place in next(iter(candidates.values())):
        rate = max(candidates, key=lambda each: sign * _validation(candidates[each][place], metric))
        rates.append(rate)
        chosen.append(candidates[rate][place])
    return Chosen(tuple(chosen), dict(sorted(Counter(rates).items())))


def best_in_hindsight(group: Group, metric: str) -> Sequence[SplitResult] | None:
    """The splits of the learning rate that is best on the test parts themselves: what choosing by them would claim."""
    results = [result for _, result in group.members.values() if result is not None]
    sign = -1 if higher_is_better(metric) is False else 1
    if not results:
        return None
    best = max(results, key=lambda result: sign * sum(split.metrics[metric] for split in result.splits))
    return best.splits


def _validation(split: SplitResult, metric: str) -> float:
    assert split.validation_metrics is not None
    return split.validation_metrics[metric]


def _without(name: str, rate: float) -> str:
    words = [word for word in name.split(", ") if word.split()[-1] != f"{rate:g}"]
    return ", ".join(words) or name

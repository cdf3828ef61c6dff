"""Who is compared with whom: pairs of accuracies that differ in one thing, and the splits that both were trained on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Literal, TypeAlias

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from report.runs.certification import Standing
from report.runs.reading import Run
from report.text.naming import is_baseline, place_rank

Question: TypeAlias = Literal["implementations", "architectures", "baseline", "devices", "runs"]


@dataclass(frozen=True)
class Contender:
    """An accuracy that can be compared: one network by one implementation in one run."""

    run: Run
    cell: AccuracyCell
    result: AccuracyResult
    certificate: Standing


def pairs_of(runs: Sequence[Run]) -> Iterator[tuple[Contender, Contender]]:
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


def question_of(first: Contender, second: Contender) -> Question | None:
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


def have(metric: str, *contenders: Contender) -> bool:
    """Whether all have measured it."""
    return all(metric in split.metrics for each in contenders for split in each.result.splits)

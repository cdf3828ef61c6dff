"""The one training of a network that is inspected: seed 0, fold 0."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult
from report.runs.reading import Run
from report.text.naming import place_rank

Picked = TypeVar("Picked")


def looked_into(run: Run) -> Iterator[tuple[AccuracyCell, SplitResult]]:
    """The first split of every network that was trained, in the order of the tables."""
    for cell, record in sorted(run.of_kind(AccuracyCell), key=lambda pair: place_rank(pair[0])):
        if isinstance(record.result, AccuracyResult):
            yield cell, min(record.result.splits, key=lambda split: (split.seed, split.fold))


def of_first_implementation(
    run: Run, pick: Callable[[SplitResult], Picked | None]
) -> Iterator[tuple[AccuracyCell, Picked]]:
    """What `pick` takes from a network's split, for the first implementation that has it.

    Matched implementations look alike inside; that they do is shown by the certificates, not by more pictures.
    """
    seen = set()
    for cell, split in looked_into(run):
        picked = pick(split)
        if picked and (cell.task, cell.architecture) not in seen:
            seen.add((cell.task, cell.architecture))
            yield cell, picked

"""Two results on the same splits, split by split."""

from collections.abc import Sequence

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import SplitResult


def paired_splits(
    first: Sequence[SplitResult], second: Sequence[SplitResult], second_cell: AccuracyCell
) -> list[tuple[SplitResult, SplitResult]]:
    """The results on the same seed and fold.

    On a fixed test part a baseline is trained once, because it has no random start: it is held against every seed.
    """
    seconds = {(split.seed, split.fold): split for split in second}
    once = second_cell.is_baseline and second_cell.folds == 1 and len(seconds) == 1
    constant = second[0] if once else None
    matches = [(split, seconds.get((split.seed, split.fold), constant)) for split in first]
    return [(one, other) for one, other in matches if other is not None and other.test_examples == one.test_examples]

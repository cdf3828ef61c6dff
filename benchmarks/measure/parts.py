"""What of a training part is trained on, and what of it stands in the test part's place to be evaluated."""

import numpy as np

from benchmarks.kinds import ORDERED, ProblemKind, TaskError
from benchmarks.records.cells import AccuracyCell, TuningCell
from benchmarks.tasks.split import Split
from impls import Array

#: Keeps these random numbers apart from those of starting weights and batch orders, which have the same seed and fold.
_STREAM = 16


def set_aside(
    cell: AccuracyCell | TuningCell, kind: ProblemKind, split: Split, seed: int, fold: int
) -> tuple[Split, Split | None]:
    """The split with what the cell wants trained on, and its validation part as a test part.

    The validation part is the end of what has an order in time, otherwise a random sample. The training examples are a
    random sample of the rest, and of two sizes the smaller sample is part of the larger one. Both are the same for
    every network and implementation. Scales and vocabularies stay those of the whole training part.

    Args:
        cell: says how much.
        kind: of the task.
        split: as prepared.
        seed: with the fold, of the sampling.
        fold: see `seed`.

    Raises:
        TaskError: there are fewer training examples than the cell wants.
    """
    count = len(split.train_inputs)
    if cell.train_examples is None and cell.validation_share is None:
        return split, None
    validated = round(count * (cell.validation_share or 0.0))
    wanted = cell.train_examples or count - validated
    if wanted > count - validated or not wanted > 0:
        raise TaskError(
            f"train_examples: {wanted:,} are more than the {count - validated:,} of a training part of task "
            f"{cell.task!r}; give fewer"
        )
    order = np.random.default_rng([seed, fold, _STREAM]).permutation(count)
    if kind in ORDERED:
        order = np.concatenate([order[order < count - validated], np.arange(count - validated, count)])
    trained, tested = np.sort(order[:wanted]), np.sort(order[count - validated :])
    validation = _as_test_part(kind, split, tested) if validated else None
    inputs, targets = split.train_inputs[trained], split.train_targets[trained]
    return split._replace(train_inputs=inputs, train_targets=targets), validation


def training_part(kind: ProblemKind, split: Split) -> Split:
    """The training examples in the test part's place."""
    return _as_test_part(kind, split, np.arange(len(split.train_inputs)))


def _as_test_part(kind: ProblemKind, split: Split, rows: Array) -> Split:
    targets = split.train_targets[rows]
    if kind in ("regression", "forecasting"):
        targets = targets.astype(np.float64) * split.target_scale + split.target_mean
    if kind == "transduction":
        targets = targets[:, np.newaxis]  # the one right answer that was trained on
    return split._replace(test_inputs=split.train_inputs[rows], test_targets=targets)

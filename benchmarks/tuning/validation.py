"""The validation part: training data alone, split once more.

Where the test part is published, or is the end of what has an order in time, the validation part is taken from what is
left in the same way: whole groups where there are groups, otherwise the end of it, or a random part. Where each seed
draws its own test part, the examples that no seed's test part has are split. Folds of a cross-validation leave nothing:
every example is tested.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from benchmarks.datasets import Data
from benchmarks.kinds import ORDERED, TaskError
from benchmarks.tasks.base import Task
from benchmarks.tasks.splitting import split_by_groups, splits
from impls import Array


def untested_rows(task: Task, data: Data, seeds: Sequence[int]) -> Array:
    """Rows of the training data that are in the test part of none of the seeds, ascending.

    Raises:
        TaskError: the task is cross-validated, or there is no seed.
    """
    if not data.test_examples and not task.held_out:
        raise TaskError(f"task {task.name!r} is cross-validated: each of its examples is in a test part")
    if not seeds:
        raise TaskError("without a spared seed there is no test part to leave alone; give one at least")
    training_parts = [train for seed in seeds for train, _ in splits(task, data, 1, seed)]
    return reduce(np.intersect1d, training_parts)


def validation_split(task: Task, data: Data, seeds: Sequence[int]) -> tuple[Array, Array]:
    """(training rows, validation rows), all of them untested.

    The validation part has the share of the untested rows that the test part has of all rows.

    Args:
        task: with a published or a held-out test part.
        data: of its data set.
        seeds: whose test parts are left alone.

    Raises:
        TaskError: the task is cross-validated.
    """
    from sklearn.model_selection import train_test_split

    rows = untested_rows(task, data, seeds)
    tested = task.held_out or data.test_examples
    size = round(len(rows) * tested / len(data.targets))
    seed = min(seeds)
    classes = data.targets[rows] if task.kind == "classification" else None
    if data.groups is not None:
        train, validation = split_by_groups(data.groups[rows], classes, size, None, seed)
        return rows[np.sort(train)], rows[np.sort(validation)]
    if task.kind in ORDERED:
        train, validation = np.split(rows, [len(rows) - size])
        return train, validation
    train, validation = train_test_split(rows, test_size=size, stratify=classes, random_state=seed)
    return np.sort(train), np.sort(validation)

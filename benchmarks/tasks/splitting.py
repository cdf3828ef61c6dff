"""Which examples train and which test: folds, published and held-out parts, groups that stay on one side."""

from collections.abc import Iterator

import numpy as np

from benchmarks.datasets import Data
from benchmarks.kinds import ORDERED, TaskError
from benchmarks.tasks.base import Task
from impls import Array


def splits(task: Task, data: Data, folds: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """(training rows, test rows) of each fold; `benchmarks.tasks.preparation.split_count` says how many there are.

    Raises:
        TaskError: there are more folds than examples, examples of a class, or groups.
    """
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    if folds == 1:
        yield _single_split(task, data, seed)
        return
    _require_enough_examples(task, data, folds)
    if data.groups is None:
        splitter = StratifiedKFold if task.kind == "classification" else KFold
    else:
        splitter = StratifiedGroupKFold if task.kind == "classification" else GroupKFold
    rows = np.arange(len(data.inputs))
    yield from splitter(folds, shuffle=True, random_state=seed).split(rows, data.targets, data.groups)


def _require_enough_examples(task: Task, data: Data, folds: int) -> None:
    """Each fold needs an example; in classification, which is stratified, one of each class."""
    if task.kind == "classification":
        smallest, of_what = int(np.unique(data.targets, return_counts=True)[1].min()), "examples of its rarest class"
    else:
        smallest, of_what = len(data.targets), "examples"
    if data.groups is not None and (groups := len(np.unique(data.groups))) < smallest:
        smallest, of_what = groups, "groups of its examples"
    if folds > smallest:
        raise TaskError(f"task {task.name!r}: {folds} folds are more than the {smallest} {of_what}; give fewer folds")


def _single_split(task: Task, data: Data, seed: int) -> tuple[Array, Array]:
    """The rows of a published test part and of what is before it, or of one that is held out."""
    from sklearn.model_selection import train_test_split

    rows = np.arange(len(data.inputs))
    if task.held_out is None or task.kind in ORDERED:
        train, test = np.split(rows, [len(rows) - (task.held_out or data.test_examples)])
        return train[len(train) - (task.train_examples or len(train)) :], test
    classes = data.targets if task.kind == "classification" else None
    if data.groups is not None:
        return split_by_groups(data.groups, classes, task.held_out, task.train_examples, seed)
    train, test = train_test_split(
        rows, test_size=task.held_out, train_size=task.train_examples, stratify=classes, random_state=seed
    )
    return train, test


def split_by_groups(
    groups: Array, classes: Array | None, held_out: int, train_examples: int | None, seed: int
) -> tuple[Array, Array]:
    """Training and test rows with every group on one side, the test part of exactly `held_out` examples.

    Groups are drawn, stratified by the class of their first example, until they hold the test part; what the last of
    them has too much is on neither side. (StratifiedGroupKFold takes seconds for 30,000 groups.)
    """
    from sklearn.model_selection import train_test_split

    _, first, group_of, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    generator = np.random.default_rng(seed)
    strata = np.zeros(len(sizes)) if classes is None else classes[first]
    # Each stratum's groups are spread evenly over the order, so that any beginning of it has every stratum's share.
    places = np.empty(len(sizes))
    for stratum in np.unique(strata):
        members = generator.permutation(np.flatnonzero(strata == stratum))
        places[members] = (np.arange(len(members)) + generator.random()) / len(members)
    drawn = np.argsort(places)
    taken = drawn[: np.searchsorted(np.cumsum(sizes[drawn]), held_out) + 1]
    chosen = np.isin(group_of, taken)
    order = generator.permutation(len(groups))
    test, train = order[chosen[order]][:held_out], order[~chosen[order]]
    if train_examples is not None:
        within = None if classes is None else classes[train]
        train, _ = train_test_split(train, train_size=train_examples, stratify=within, random_state=seed)
    return train, test

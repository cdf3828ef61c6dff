"""Which examples train and which test: nobody is in both parts, nobody is left out, groups stay together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.tasks import TaskError
from benchmarks.tasks.encodings.unchanged import Unchanged
from benchmarks.tasks.preparation import prepare
from benchmarks.tasks.split import Split, load_split
from tests.benchmarks.tasks.conftest import Use
from tests.benchmarks.tasks.samples import (
    EXAMPLES,
    FOLDS,
    IMAGE_TASK,
    Made,
    made_images,
    made_table,
    made_task,
    numbered,
    rows,
)


@pytest.mark.parametrize("seed", [0, 1])
def test_folds_are_disjoint_and_cover_everything(seed: int, use: Use, tmp_path: Path) -> None:
    made = use(numbered())
    prepare(made_task("regression"), FOLDS, (0, 1), tmp_path)
    seen: list[int] = []
    for fold in range(FOLDS):
        train, test = rows(load_split(tmp_path, "made-task", seed, fold, "float64"), made)
        assert sorted(train + test) == list(range(EXAMPLES))
        seen += test
    assert sorted(seen) == list(range(EXAMPLES))


def test_another_seed_shuffles_anew_and_the_same_seed_does_not(use: Use, tmp_path: Path) -> None:
    use(made_table("classification"))
    prepare(made_task(), FOLDS, (0, 1), tmp_path / "one")
    prepare(made_task(), FOLDS, (0,), tmp_path / "other")
    first, second = (load_split(tmp_path / "one", "made-task", seed, 0) for seed in (0, 1))
    again = load_split(tmp_path / "other", "made-task", 0, 0)
    assert not np.array_equal(first.test_inputs, second.test_inputs)
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, same)


def test_classes_are_stratified(use: Use, tmp_path: Path) -> None:
    use(made_table("classification"))
    prepare(made_task(), FOLDS, (0,), tmp_path)
    for fold in range(FOLDS):
        split = load_split(tmp_path, "made-task", 0, fold)
        assert np.bincount(split.test_targets).tolist() == [6, 4, 2]
        assert np.bincount(split.train_targets).tolist() == [24, 16, 8]
        assert split.train_targets.dtype == np.int64
        assert (split.target_mean, split.target_scale) == (0.0, 1.0)


def test_a_published_test_part_is_the_only_split(use: Use, tmp_path: Path) -> None:
    made = use(made_images(test_examples=10))
    prepared = prepare(IMAGE_TASK, FOLDS, (0, 1), tmp_path)
    assert prepared.folds == 1
    for seed in (0, 1):
        split = load_split(tmp_path, "made-task", seed, 0)
        np.testing.assert_array_equal(split.test_targets, made.data.targets[-10:])
        np.testing.assert_array_equal(np.rint(split.test_inputs * 255), made.data.inputs[-10:])
        assert len(split.train_targets) == EXAMPLES - 10


def test_one_fold_needs_a_published_test_part(use: Use, tmp_path: Path) -> None:
    use(made_table("classification"))
    with pytest.raises(TaskError, match="'made-task' has no test part of its own: give 2 or more folds, not 1"):
        prepare(made_task(), 1, (0,), tmp_path)


@pytest.mark.parametrize("kind", ["classification", "regression", "forecasting"])
def test_a_held_out_part_is_drawn_by_the_seed_or_is_the_end_of_what_has_an_order(
    kind: str, use: Use, tmp_path: Path
) -> None:
    use(numbered("classification" if kind == "classification" else "regression"))
    task = made_task(kind, preprocessing=None, encoding=Unchanged(), held_out=12, train_examples=30)  # type: ignore[arg-type]  # a table of cases
    assert prepare(task, FOLDS, (0, 1), tmp_path).folds == 1
    drawn = []
    for seed in (0, 1):
        split = load_split(tmp_path, "made-task", seed, 0, "float64")
        train, test = (set(inputs[:, 0].astype(int)) for inputs in (split.train_inputs, split.test_inputs))
        assert (len(train), len(test), len(train & test)) == (30, 12, 0)
        drawn.append((train, test))
        if kind == "classification":
            assert np.bincount(split.test_targets).tolist() == [6, 4, 2]
            assert np.bincount(split.train_targets).tolist() == [15, 10, 5]
    in_order = (set(range(EXAMPLES - 42, EXAMPLES - 12)), set(range(EXAMPLES - 12, EXAMPLES)))
    assert (drawn == [in_order] * 2) == (kind == "forecasting")
    assert (drawn[0] == drawn[1]) == (kind == "forecasting")


def test_fewer_training_examples_beside_a_published_test_part_are_the_last_before_it(use: Use, tmp_path: Path) -> None:
    use(made_images(test_examples=10))
    prepare(replace(IMAGE_TASK, train_examples=20), FOLDS, (0,), tmp_path / "few")
    prepare(IMAGE_TASK, FOLDS, (0,), tmp_path / "all")
    few, whole = (load_split(tmp_path / name, "made-task", 0, 0) for name in ("few", "all"))
    np.testing.assert_array_equal(few.train_inputs, whole.train_inputs[-20:])
    np.testing.assert_array_equal(few.test_inputs, whole.test_inputs)


def grouped(kind: str, sizes: tuple[int, ...]) -> Made:
    """A numbered table whose examples belong to groups of these sizes again and again, each of one class."""
    made = numbered(kind)
    pattern = np.repeat(np.arange(EXAMPLES), np.resize(sizes, EXAMPLES))[:EXAMPLES]
    shuffled = np.random.default_rng(4).permutation(EXAMPLES)
    groups, targets = np.empty(EXAMPLES, np.int64), made.data.targets.copy()
    groups[shuffled] = pattern
    if kind == "classification":
        targets[:] = groups % 2
    return Made(replace(made.data, targets=targets, groups=groups))


def group_sides(split: Split, groups: np.ndarray) -> tuple[set[int], set[int]]:
    """The groups of both parts; of a numbered task without preprocessing."""
    train, test = (inputs[:, 0].astype(int) for inputs in (split.train_inputs, split.test_inputs))
    return set(groups[train]), set(groups[test])


@pytest.mark.parametrize("kind", ["classification", "regression"])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 2), (3,), (1, 4, 2)])
@pytest.mark.parametrize("held_out", [None, 11, 12, 13])
def test_a_group_is_on_one_side_of_every_split(
    kind: str, sizes: tuple[int, ...], held_out: int | None, use: Use, tmp_path: Path
) -> None:
    made = use(grouped(kind, sizes))
    task = made_task(kind, preprocessing=None, encoding=Unchanged(), held_out=held_out)  # type: ignore[arg-type]  # a table of cases
    prepared = prepare(task, FOLDS, (0, 1), tmp_path)
    tested: list[int] = []
    for seed in (0, 1):
        for fold in range(prepared.folds):
            split = load_split(tmp_path, "made-task", seed, fold, "float64")
            train, test = group_sides(split, made.data.groups)  # type: ignore[arg-type]  # it has groups
            assert not train & test
            assert train
            if held_out:
                assert len(split.test_inputs) == held_out
                assert len(split.train_inputs) >= EXAMPLES - held_out - max(sizes) + 1
            tested += split.test_inputs[:, 0].astype(int).tolist()
    if held_out is None:
        assert sorted(tested) == sorted(2 * list(range(EXAMPLES)))


def test_groups_are_drawn_by_the_seed_and_stratified(use: Use, tmp_path: Path) -> None:
    use(grouped("classification", (1, 2, 1)))
    task = made_task(preprocessing=None, encoding=Unchanged(), held_out=20, train_examples=30)
    prepare(task, FOLDS, (0, 1, 2, 3), tmp_path)
    drawn = [load_split(tmp_path, "made-task", seed, 0) for seed in range(4)]
    assert len({tuple(sorted(split.test_inputs[:, 0])) for split in drawn}) == 4
    for split in drawn:
        assert len(split.train_targets) == 30
        assert 7 <= np.bincount(split.test_targets)[0] <= 13


def test_more_folds_than_groups_are_refused(use: Use, tmp_path: Path) -> None:
    use(grouped("classification", (20,)))
    with pytest.raises(TaskError, match=r"5 folds are more than the 3 groups of its examples; give fewer folds"):
        prepare(made_task(), FOLDS, (0,), tmp_path)

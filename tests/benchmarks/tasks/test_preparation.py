import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.tasks import TaskError, preparation
from benchmarks.tasks.encodings.texts import Characters, Words
from benchmarks.tasks.encodings.unchanged import Unchanged
from benchmarks.tasks.preparation import Prepared, Split, load_split, prepare
from benchmarks.tasks.split import split_path
from tests.benchmarks.tasks.samples import EXAMPLES, Made, made_images, made_table, made_task

FOLDS = 5
IMAGE_TASK = made_task(preprocessing=None, pixel_maximum=255)

Use = Callable[[Made], Made]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes the made data the one that tasks find."""

    def put(made: Made) -> Made:
        monkeypatch.setattr(preparation, "dataset", lambda _: made.dataset())
        return made

    return put


def numbered(kind: str = "regression") -> Made:
    """Every example's first feature is its own number, so that it can be found again in a split."""
    made = made_table(kind)
    inputs = np.asarray(made.data.inputs)
    inputs[:, 0] = np.arange(EXAMPLES)
    return Made(Data(inputs, made.data.targets, classes=made.data.classes))


def rows(split: Split, made: Made) -> tuple[list[int], list[int]]:
    """The training and the test rows of a split of a numbered regression task, found by their targets."""
    of_target = {target: row for row, target in enumerate(made.data.targets[:, 0])}
    train = split.train_targets[:, 0] * split.target_scale + split.target_mean
    nearest = [int(np.abs(made.data.targets[:, 0] - target).argmin()) for target in train]
    return nearest, [of_target[target] for target in split.test_targets[:, 0]]


@pytest.mark.parametrize("fold", range(FOLDS))
def test_inputs_and_targets_are_standardized_by_the_training_part_alone(fold: int, use: Use, tmp_path: Path) -> None:
    made = use(numbered())
    prepare(made_task("regression"), FOLDS, (0,), tmp_path)
    split = load_split(tmp_path, "made-task", 0, fold, "float64")
    train, test = rows(split, made)
    inputs, targets = np.asarray(made.data.inputs), made.data.targets
    mean, deviation = inputs[train].mean(axis=0), inputs[train].std(axis=0)
    np.testing.assert_allclose(split.train_inputs, (inputs[train] - mean) / deviation, atol=1e-6)
    np.testing.assert_allclose(split.test_inputs, (inputs[test] - mean) / deviation, atol=1e-6)
    np.testing.assert_allclose(split.target_mean, targets[train].mean(), rtol=1e-12)
    np.testing.assert_allclose(split.target_scale, targets[train].std(), rtol=1e-12)
    np.testing.assert_allclose(split.train_targets, (targets[train] - targets[train].mean()) / targets[train].std())
    np.testing.assert_array_equal(split.test_targets, targets[test])


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["inputs", "targets"])
def test_values_that_are_not_finite_are_refused_once_for_the_data_set(
    broken: float, where: str, use: Use, tmp_path: Path
) -> None:
    made = made_table("regression")
    np.asarray(getattr(made.data, where))[7, 0] = broken
    use(made)
    with pytest.raises(TaskError, match=r"'made-task'.*(finite|infinity)") as raised:
        prepare(made_task("regression"), FOLDS, (0,), tmp_path)
    assert "\n" not in str(raised.value)
    assert not list(tmp_path.rglob("*.npz"))


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


def test_images_are_scaled_and_stored_once(use: Use, tmp_path: Path) -> None:
    made = use(made_images())
    prepare(IMAGE_TASK, FOLDS, (0, 1), tmp_path)
    split = load_split(tmp_path, "made-task", 1, 2)
    assert split.train_inputs.shape == (48, 2, 2, 1)
    both = np.concatenate([split.train_inputs, split.test_inputs])
    assert both.dtype == np.float32
    assert sorted(np.rint(both * 255).astype(int).ravel()) == sorted(np.ravel(made.data.inputs))
    assert len(list((tmp_path / "made-task").glob("images-*.npy"))) == 1
    assert len(list((tmp_path / "made-task").iterdir())) == 1 + 2 * FOLDS


def test_a_published_test_part_is_the_only_split(use: Use, tmp_path: Path) -> None:
    made = use(made_images(test_examples=10))
    prepared = prepare(IMAGE_TASK, FOLDS, (0, 1), tmp_path)
    assert prepared.folds == 1
    for seed in (0, 1):
        split = load_split(tmp_path, "made-task", seed, 0)
        np.testing.assert_array_equal(split.test_targets, made.data.targets[-10:])
        np.testing.assert_array_equal(np.rint(split.test_inputs * 255), made.data.inputs[-10:])
        assert len(split.train_targets) == EXAMPLES - 10


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("task", "made"), [(made_task("regression"), numbered()), (IMAGE_TASK, made_images())])
def test_arrays_come_in_the_requested_type(task: object, made: Made, dtype: str, use: Use, tmp_path: Path) -> None:
    use(made)
    prepare(task, FOLDS, (0,), tmp_path)  # type: ignore[arg-type]  # a table of cases
    split = load_split(tmp_path, "made-task", 0, 0, dtype)
    assert split.train_inputs.dtype == split.test_inputs.dtype == dtype
    assert split.train_targets.dtype in (dtype, np.int64)


def test_what_is_there_is_not_made_again(use: Use, tmp_path: Path) -> None:
    made = use(made_images())

    def prepared(seeds: tuple[int, ...] = (0,), folds: int = FOLDS) -> tuple[Prepared, int]:
        before = len(made.loads)
        return prepare(IMAGE_TASK, folds, seeds, tmp_path), len(made.loads) - before

    first, loads = prepared()
    assert loads == 1
    assert prepared() == (first, 0)
    assert prepared(seeds=(0, 1))[1] == 1
    assert prepared(seeds=(1,))[1] == 0
    assert prepared(folds=3)[1] == 1
    assert prepared()[1] == 1, "a split of other folds passed for this one"


@pytest.mark.parametrize("damage", ["cut", "emptied", "removed", "images removed"])
def test_a_damaged_split_is_made_again(damage: str, use: Use, tmp_path: Path) -> None:
    made = use(made_images())
    prepare(IMAGE_TASK, FOLDS, (0,), tmp_path)
    whole = load_split(tmp_path, "made-task", 0, 3)
    path = split_path(tmp_path, "made-task", 0, 3)
    if damage == "images removed":
        next(path.parent.glob("images-*.npy")).unlink()
    elif damage == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:200] if damage == "cut" else b"")
    prepare(IMAGE_TASK, FOLDS, (0,), tmp_path)
    assert len(made.loads) == 2
    for one, same in zip(whole, load_split(tmp_path, "made-task", 0, 3), strict=True):
        np.testing.assert_array_equal(one, same)


def test_other_data_or_settings_make_other_splits(use: Use, tmp_path: Path) -> None:
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    made = use(made_table("classification"))
    settings = [
        made_task(),
        made_task(preprocessing=lambda: StandardScaler(with_mean=False)),
        made_task(preprocessing=MinMaxScaler),
    ]
    means = []
    for task in settings:
        prepare(task, FOLDS, (0,), tmp_path)
        means.append(load_split(tmp_path, "made-task", 0, 0).train_inputs.mean())
    assert len({round(float(mean), 3) for mean in means}) == 3
    use(Made(Data(np.asarray(made.data.inputs) ** 2, made.data.targets)))
    prepare(settings[-1], FOLDS, (0,), tmp_path)
    assert load_split(tmp_path, "made-task", 0, 0).train_inputs.mean() != means[-1]


def test_one_fold_needs_a_published_test_part(use: Use, tmp_path: Path) -> None:
    use(made_table("classification"))
    with pytest.raises(TaskError, match="'made-task' has no test part of its own: give 2 or more folds, not 1"):
        prepare(made_task(), 1, (0,), tmp_path)


def test_a_split_that_was_not_prepared_is_reported(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="split 2 of seed 0 of task 'made-task' is not in"):
        load_split(tmp_path, "made-task", 0, 2)


def test_reading_splits_imports_neither_scikit_learn_nor_pandas() -> None:
    program = (
        "import sys; from benchmarks.tasks import tasks; from benchmarks.tasks.preparation import load_split; tasks();"
        "print([name for name in ('sklearn', 'pandas', 'scipy', 'torch', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


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


def test_texts_and_tokens_come_back_as_they_were(use: Use, tmp_path: Path) -> None:
    texts = np.array(["one two", 'zwei\n"drei"', "é 'ü", "five"] * 3)
    use(Made(Data(texts, np.arange(12) % 2, test_examples=2)))
    prepare(made_task(preprocessing=None, encoding=Words(3, 12)), FOLDS, (0,), tmp_path)
    split = load_split(tmp_path, "made-task", 0, 0)
    assert list(split.texts.train) == texts[:10].tolist()
    assert list(split.texts.test) == texts[10:].tolist()
    assert split.train_inputs.dtype == split.test_inputs.dtype == np.int64
    assert split.train_inputs.shape == (10, 3)


def test_data_that_do_not_fit_a_task_are_reported_with_its_name(use: Use, tmp_path: Path) -> None:
    use(Made(Data(np.array(["abc", "de"]), np.arange(2), test_examples=1)))
    with pytest.raises(TaskError, match="task 'made-task': the training part has 3 symbols"):
        prepare(made_task(preprocessing=None, encoding=Characters(3, 5)), FOLDS, (0,), tmp_path)


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

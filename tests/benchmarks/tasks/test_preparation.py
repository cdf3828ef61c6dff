"""Preprocessing fitted on the training part alone, and files that are made again only where they have to be."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.tasks import TaskError
from benchmarks.tasks.encodings.texts import Characters, Words
from benchmarks.tasks.preparation import Prepared, prepare
from benchmarks.tasks.split import load_split, split_path
from tests.benchmarks.tasks.conftest import Use
from tests.benchmarks.tasks.samples import FOLDS, IMAGE_TASK, Made, made_images, made_table, made_task, numbered, rows


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

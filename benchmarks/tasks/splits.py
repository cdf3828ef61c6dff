"""What a worker reads: one split's arrays, as `prepare` left them; NumPy alone, so that workers start fast."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.tasks.base import TaskError
from impls import Array


class Split(NamedTuple):
    """One training part and one test part."""

    #: (examples, features) or (examples, height, width, channels), of the asked dtype.
    train_inputs: Array
    #: Class numbers (examples,), int64; for regression (examples, 1), standardized, of the asked dtype.
    train_targets: Array
    test_inputs: Array
    #: Class numbers (examples,), int64; for regression (examples, 1), float64, in the original units.
    test_targets: Array
    #: original = standardized · target_scale + target_mean; 0 and 1 where nothing is standardized.
    target_mean: float
    target_scale: float


def split_path(directory: Path, task: str, seed: int, fold: int) -> Path:
    """Where the split's file lies in the folder of prepared data."""
    return directory / task / f"seed-{seed}-fold-{fold}.npz"


def load_split(directory: Path, task: str, seed: int, fold: int, dtype: str = "float32") -> Split:
    """The arrays of one split.

    Args:
        directory: the folder that `prepare` wrote to.
        task: the task's name.
        seed: of the shuffling.
        fold: from 0.
        dtype: of the inputs and of the standardized targets.

    Raises:
        TaskError: the split has not been prepared.
    """
    path = split_path(directory, task, seed, fold)
    if not path.is_file():
        raise TaskError(f"split {fold} of seed {seed} of task {task!r} is not in {directory}; prepare the task first")
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    if "images" in arrays:
        images = np.load(path.parent / str(arrays["images"]), mmap_mode="r", allow_pickle=False)
        scale = 1.0 / float(arrays["pixel_maximum"])
        for part in ("train", "test"):
            arrays[f"{part}_inputs"] = np.multiply(images[arrays[f"{part}_rows"]], scale, dtype=dtype)
    train_targets = arrays["train_targets"]
    return Split(
        arrays["train_inputs"].astype(dtype, copy=False),
        train_targets if train_targets.dtype == np.int64 else train_targets.astype(dtype),
        arrays["test_inputs"].astype(dtype, copy=False),
        arrays["test_targets"],
        float(arrays["target_mean"]),
        float(arrays["target_scale"]),
    )

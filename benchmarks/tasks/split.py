"""What a worker reads: one split's arrays, as `prepare` left them; NumPy alone, so that workers start fast."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.kinds import TaskError
from impls import Array


class Texts(NamedTuple):
    """The raw texts of a split, for baselines that count words in their own way; empty where there are none."""

    train: Sequence[str] = ()
    test: Sequence[str] = ()


class Split(NamedTuple):
    """One training part and one test part."""

    #: (examples, features) or (examples, height, width, channels), of the asked dtype; tokens are int64.
    train_inputs: Array
    #: Class numbers (examples,), int64; tokens (examples, positions), int64, 0 where none is predicted; otherwise
    #: (examples, outputs), standardized where the task says so, of the asked dtype.
    train_targets: Array
    test_inputs: Array
    #: As the training targets, but numbers are float64 and in the original units; for transduction all right answers,
    #: (examples, alternatives, positions), filled up with 0.
    test_targets: Array
    #: original = standardized · target_scale + target_mean; 0 and 1 where nothing is standardized.
    target_mean: float
    target_scale: float
    #: What each token means that is an output, and of an encoder-decoder's sources; empty without tokens.
    symbols: tuple[str, ...] = ()
    source_symbols: tuple[str, ...] = ()
    #: For forecasting: what stood one season before each test target, standardized, (examples, horizon).
    seasonal: Array | None = None
    texts: Texts = Texts()


def split_path(directory: Path, task: str, seed: int, fold: int) -> Path:
    """Where the split's file lies in the folder of prepared data."""
    return directory / task / f"seed-{seed}-fold-{fold}.npz"


def split_files(directory: Path, task: str, seeds: Sequence[int], folds: int) -> set[Path]:
    """All files that `load_split` reads for these splits."""
    files = set()
    for path in (split_path(directory, task, seed, fold) for seed in seeds for fold in range(folds)):
        files.add(path)
        with np.load(path, allow_pickle=False) as stored:
            if "images" in stored.files:
                files.add(path.parent / str(stored["images"]))
    return files


def load_split(directory: Path, task: str, seed: int, fold: int, dtype: str = "float32") -> Split:
    """The arrays of one split.

    Args:
        directory: the folder that `prepare` wrote to.
        task: the task's name.
        seed: of the shuffling.
        fold: from 0.
        dtype: of the inputs and of the standardized targets, where they are real numbers.

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
    return Split(
        _typed(arrays["train_inputs"], dtype),
        _typed(arrays["train_targets"], dtype),
        _typed(arrays["test_inputs"], dtype),
        _typed(arrays["test_targets"], "float64"),
        float(arrays.get("target_mean", 0.0)),
        float(arrays.get("target_scale", 1.0)),
        symbols=_strings(arrays, "symbols"),
        source_symbols=_strings(arrays, "source_symbols"),
        seasonal=arrays.get("seasonal"),
        texts=_texts(arrays),
    )


def pack_texts(texts: Sequence[str]) -> Array:
    """Texts as an array of bytes: of any length, without pickle, and no larger than they are."""
    return np.frombuffer(json.dumps(list(texts)).encode(), np.uint8)


def _typed(array: Array, dtype: npt.DTypeLike) -> Array:
    """Whole numbers, stored as small as they fit, as int64; others as asked."""
    return array.astype(np.int64 if array.dtype.kind in "iu" else dtype, copy=False)


def _strings(arrays: Mapping[str, Array], name: str) -> tuple[str, ...]:
    return tuple(map(str, arrays[name])) if name in arrays else ()


def _texts(arrays: Mapping[str, Array]) -> Texts:
    if "train_texts" not in arrays:
        return Texts()
    return Texts(*(json.loads(arrays[f"{part}_texts"].tobytes()) for part in ("train", "test")))

"""Splits of the data and their preprocessing, done once, so that every implementation reads the same bytes.

A split's file is made again only when what determines it has changed: data, preprocessing, number of folds, seed.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.datasets import Data, Dataset, dataset
from benchmarks.kinds import TaskError
from benchmarks.records.store import writing_beside
from benchmarks.tasks.base import Part, Task
from benchmarks.tasks.fitting import check_metrics, check_recipes, check_way
from benchmarks.tasks.split import load_split as load_split  # tests of plug-ins import it from here
from benchmarks.tasks.split import split_path
from benchmarks.tasks.splitting import splits
from impls import Array

if TYPE_CHECKING:
    import pandas as pd

#: Raised whenever this file would make other arrays from the same data and settings.
VERSION = 2


@dataclass(frozen=True)
class Prepared:
    """What `prepare` has left for the workers."""

    task: str
    directory: Path
    #: 1 for a published or held-out test part.
    folds: int
    seeds: tuple[int, ...]
    examples: int
    dataset_sha256: str


def split_count(task: Task, folds: int) -> int:
    """The folds that the task really has: 1 where there is a published or held-out test part, otherwise as asked.

    Raises:
        TaskError: fewer than two folds without such a part.
    """
    if dataset(task.dataset).test_examples or task.held_out:
        return 1
    if folds < 2:
        raise TaskError(f"task {task.name!r} has no test part of its own: give 2 or more folds, not {folds}")
    return folds


def prepare(task: Task, folds: int, seeds: Sequence[int], directory: Path) -> Prepared:
    """Split and preprocess the task's data, and write each split for `load_split`; what is there already is kept.

    Args:
        task: the task.
        folds: of the cross-validation, stratified by class for classification; see `split_count`.
        seeds: each shuffles the examples anew; a published test part, or the end of a series, is the same for all.
        directory: the folder to write to; made if missing.

    Raises:
        DatasetMissing, DatasetCorrupt: the data cannot be obtained.
        TaskError: the folds make no sense, or what would be trained on holds values that are not finite.
    """
    count = split_count(task, folds)
    described = dataset(task.dataset)
    keys = {seed: _key(task, described, count, seed) for seed in seeds}
    wanted = {
        seed: [fold for fold in range(count) if not _is_there(split_path(directory, task.name, seed, fold), keys[seed])]
        for seed in seeds
    }
    if any(wanted.values()):
        data = described.load()
        for seed, missing in wanted.items():
            for fold, (train, test) in enumerate(splits(task, data, count, seed)):
                if fold in missing:
                    write_split(task, data, train, test, split_path(directory, task.name, seed, fold), keys[seed])
    return Prepared(task.name, directory, count, tuple(seeds), described.examples, described.sha256)


def write_split(task: Task, data: Data, train: Array, test: Array, path: Path, key: str = "") -> None:
    """Preprocess two parts of the data, and write them where `load_split` looks for them.

    Args:
        task: says how.
        data: of the task's data set.
        train, test: rows of the data.
        path: as `split_path` makes it; its folder is made if missing.
        key: by which `prepare` knows the split again.

    Raises:
        TaskError: the data do not fit the task, or hold values that are not finite.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    check_way(task, dataset(task.dataset))
    check_metrics(task)
    arrays = _arrays(task, dataset(task.dataset), data, train, test, path.parent)
    _require_finite(task, arrays)
    check_recipes(task, arrays)
    _save(path, arrays | {"key": np.array(key)})


def _arrays(task: Task, described: Dataset, data: Data, train: Array, test: Array, folder: Path) -> dict[str, Array]:
    """What is stored of a split; of images only the rows, with the images themselves in one file beside."""
    if task.encoding is not None:
        return _encoded(task, data, train, test)
    train_targets = data.targets[train]
    mean, scale = 0.0, 1.0
    if task.standardize_targets:
        mean, scale = _standardization(train_targets)
        train_targets = (train_targets - mean) / scale
    arrays: dict[str, Array] = {
        "train_targets": train_targets,
        "test_targets": data.targets[test],
        "target_mean": np.array(mean),
        "target_scale": np.array(scale),
    }
    if task.pixel_maximum is not None:
        arrays["images"] = np.array(_images_file(folder, described, data))
        arrays["pixel_maximum"] = np.array(task.pixel_maximum)
        arrays["train_rows"], arrays["test_rows"] = train, test
    else:
        arrays["train_inputs"], arrays["test_inputs"] = _preprocessed(task, data, train, test)
    return arrays


def _require_finite(task: Task, arrays: Mapping[str, Array]) -> None:
    """Broken values are refused here, once for all implementations, not by the first of them that meets one."""
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            place = ", ".join(map(str, np.argwhere(~np.isfinite(array))[0]))
            raise TaskError(
                f"task {task.name!r}: {name.replace('_', ' ')} hold a value that is not finite, at [{place}]; put the "
                "data right, or let the task's preprocessing fill it in"
            )


def _encoded(task: Task, data: Data, train: Array, test: Array) -> dict[str, Array]:
    """What the task's encoding makes of both parts.

    Raises:
        TaskError: the data do not fit the encoding; the message names the task.
    """
    assert task.encoding is not None
    try:
        arrays = task.encoding.encode(*(Part(_rows(data.inputs, rows), data.targets[rows]) for rows in (train, test)))
    except TaskError as error:
        raise TaskError(f"task {task.name!r}: {error}") from None
    if not task.standardize_targets:
        return arrays
    mean, scale = _standardization(data.targets[train])
    standardized = (arrays["train_targets"] - mean) / scale
    return arrays | {
        "train_targets": standardized, "target_mean": np.array(mean), "target_scale": np.array(scale)
    }  # fmt: skip


def _preprocessed(task: Task, data: Data, train: Array, test: Array) -> tuple[Array, Array]:
    """The inputs of both parts, transformed by what was fitted on the training part; float32.

    Raises:
        TaskError: the transformer cannot take the data.
    """
    assert task.preprocessing is not None
    transformer = task.preprocessing()
    try:
        fitted = transformer.fit_transform(_rows(data.inputs, train))
        transformed = transformer.transform(_rows(data.inputs, test))
    except ValueError as error:  # scikit-learn's answer to infinity, and to NaN where it takes none
        raise TaskError(f"task {task.name!r}: its data cannot be preprocessed: {str(error).splitlines()[0]}") from None
    return np.asarray(fitted, np.float32), np.asarray(transformed, np.float32)


def _rows(inputs: "Array | pd.DataFrame", rows: Array) -> "Array | pd.DataFrame":
    return inputs[rows] if isinstance(inputs, np.ndarray) else inputs.iloc[rows]


def _standardization(targets: Array) -> tuple[float, float]:
    """Mean and deviation; a constant keeps its scale."""
    return float(targets.mean()), float(targets.std()) or 1.0


def _images_file(folder: Path, described: Dataset, data: Data) -> str:
    """Name of the file that holds all images, written if it is not there."""
    name = f"images-{described.sha256[:16]}.npy"
    if not (folder / name).is_file():
        with writing_beside(folder / name) as file:
            np.save(file, np.asarray(data.inputs), allow_pickle=False)
    return name


def _save(path: Path, arrays: Mapping[str, Array]) -> None:
    with writing_beside(path, sync=False) as file:  # one that a power failure tears is noticed, and made again
        np.savez(file, allow_pickle=False, **dict(arrays))


def _key(task: Task, described: Dataset, folds: int, seed: int) -> str:
    return hashlib.sha256(_determinants(task, described, folds, seed).encode()).hexdigest()


def _determinants(task: Task, described: Dataset, folds: int, seed: int) -> str:
    """Everything that determines the split's arrays, as JSON; the same in every process."""
    import sklearn

    settings: dict[str, Any] = {
        "version": VERSION,
        "scikit-learn": sklearn.__version__,
        "data": described.sha256,
        "kind": task.kind,
        "folds": folds,
        "seed": seed,
        "pixel_maximum": task.pixel_maximum,
        "standardize_targets": task.standardize_targets,
        "held_out": task.held_out,
        "train_examples": task.train_examples,
    }
    if described.groups:
        settings["groups"] = described.groups
    if task.encoding is not None:
        settings["encoding"] = repr(task.encoding)
    if task.preprocessing is not None:
        transformer = task.preprocessing()
        settings["preprocessing"] = [type(transformer).__qualname__, transformer.get_params()]
    return json.dumps(settings, sort_keys=True, default=repr)


def _is_there(path: Path, key: str) -> bool:
    """Whether the split's file is there, whole, and made from the same data and settings."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["key"]) != key:
                return False
            return "images" not in stored or (path.parent / str(stored["images"])).is_file()
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return False

"""The fields of a `Dataset` that follow from a file, or from what a plug-in's own function makes of one."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetError
from benchmarks.datasets.formats.series import read_series
from benchmarks.datasets.sources.content import content_sha256
from benchmarks.own_data.errors import OwnDataError
from benchmarks.own_data.inference import infer
from benchmarks.own_data.reading import read_arrays, read_file, read_table
from impls.plugins import PluginError, load_file, reason, where


def describe_file(path: Path, target: str | None) -> Iterator[str]:
    """Lines to paste into the description of a data set that is read from this file.

    Args:
        path: a table, an array file, series in the format of the UCR archive.
        target: the column to predict; with it the SHA-256 of the arrays is known, too.

    Raises:
        DatasetError: the file cannot be read.
    """
    if path.is_dir():
        raise OwnDataError(f"{path}: is a folder without an __init__.py; give a file, or a plug-in's folder")
    content = read_file(path)
    yield f"size_bytes={len(content):_},"
    yield "# Of the file as it lies here, for the ways Download and SystemFiles:"
    yield f'# sha256={{"{path.name}": "{hashlib.sha256(content).hexdigest()}"}},'
    yield from _shape(path, content, target)


def _shape(path: Path, content: bytes, target: str | None) -> Iterator[str]:
    if path.suffix == ".ts":
        series = read_series(content, path.name).series
        yield from _fields("sequences", series.shape[0], series.shape[1:])
    elif path.suffix in (".npz", ".npy") and any(each.ndim > 2 for each in read_arrays(path, content).values()):
        for name, array in read_arrays(path, content).items():
            yield f"# array {name!r}:"
            kind = "images" if array.ndim == 4 else "sequences" if array.ndim == 3 else "table"
            yield from _fields(kind, array.shape[0], array.shape[1:])
    elif target is None:
        frame = read_table(path, content)
        yield from _fields("table", len(frame), (len(frame.columns) - 1,))
        yield f"# columns: {', '.join(map(str, frame.columns))}; --target COLUMN shows the hash of the arrays as well"
    else:
        definition = infer(path, target, folds=2).definition
        yield from _fields("table", definition.examples, definition.shape)
        yield f'sha256="{definition.content_sha256}",  # of the arrays, as `run --table` reads them'


def describe_plugin(path: Path) -> Iterator[str]:
    """For each data set of a plug-in, the fields as its own `parse` makes them, whatever is written there now.

    Raises:
        PluginError: it cannot be loaded, or describes no data set.
        DatasetError: its data is not here, or cannot be read.
    """
    module = load_file(path)
    datasets = [*getattr(module, "DATASETS", ()), *([module.DATASET] if hasattr(module, "DATASET") else [])]
    if not datasets:
        raise PluginError(f"plug-in {path.name}: has neither DATASET nor DATASETS")
    for dataset in datasets:
        data = _parsed(dataset)
        if len(datasets) > 1:
            yield f"# {dataset.name}:"
        yield from _fields(dataset.kind, len(data.inputs), tuple(data.inputs.shape[1:]))
        if data.test_examples:
            yield f"test_examples={data.test_examples:_},"
        yield f'sha256="{content_sha256(data.inputs, data.targets)}",'


def _parsed(dataset: Dataset) -> Data:
    folder = dataset.folder()
    way = next((way for way in dataset.ways if way.present(folder)), None)
    if way is None:
        raise DatasetError(f"data set {dataset.name!r} is not on this machine; get it by {dataset.how_to_get()}")
    try:
        return dataset.parse(way.read(folder))
    except DatasetError:
        raise
    except Exception as error:  # whatever somebody's own function raises
        raise DatasetError(f"data set {dataset.name!r}: parse failed{where(error)}: {reason(error)}") from error


def _fields(kind: str, examples: int, shape: tuple[int, ...]) -> Iterator[str]:
    yield f'kind="{kind}",'
    yield f"examples={examples:_},"
    yield f"shape={tuple(map(int, shape))!r},"

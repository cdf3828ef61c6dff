"""The `.ts` format of the UCR and UEA archives of time series."""

from typing import NamedTuple

import numpy as np

from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import decoded
from benchmarks.printable import shortened
from impls import Array


class LabelledSeries(NamedTuple):
    """What a file holds."""

    #: (examples, steps, channels), float64; nan after the end of those that are shorter, and where a value is missing.
    series: Array
    #: The class's name, or the number to predict, as written.
    labels: tuple[str, ...]


def read_series(content: bytes, file: str) -> LabelledSeries:
    """Series of a `.ts` file: after `@data`, a line each, its channels between colons and its label last.

    Args:
        content: the file's.
        file: its name, for messages.

    Raises:
        DatasetCorrupt: it is no such file; the message says the line.
    """
    lines = decoded(content, file).splitlines()
    begin = next((number for number, line in enumerate(lines) if line.strip().lower() == "@data"), None)
    if begin is None:
        raise DatasetCorrupt(f"{file} has no line @data")
    rows: list[list[Array]] = []
    labels: list[str] = []
    for number, line in enumerate(lines[begin + 1 :], start=begin + 2):
        if not line.strip():
            continue
        *channels, label = line.split(":")
        try:
            rows.append([_numbers(channel) for channel in channels])
        except ValueError as error:
            raise DatasetCorrupt(f"{file} cannot be read in line {number} ({shortened(str(error), 200)})") from None
        if not channels or len(channels) != len(rows[0]):
            raise DatasetCorrupt(f"{file} has {len(channels)} channels in line {number}, expected {len(rows[0])}")
        labels.append(label.strip())
    if not rows:
        raise DatasetCorrupt(f"{file} has no series")
    longest = max(len(channel) for row in rows for channel in row)
    series = np.full((len(rows), longest, len(rows[0])), np.nan)
    for place, row in enumerate(rows):
        for channel, values in enumerate(row):
            series[place, : len(values), channel] = values
    return LabelledSeries(series, tuple(labels))


def joined(train: Array, test: Array) -> Array:
    """Both parts' series, one after the other, filled up with nan to one length."""
    steps = max(train.shape[1], test.shape[1])
    parts = [
        np.pad(part, ((0, 0), (0, steps - part.shape[1]), (0, 0)), constant_values=np.nan) for part in (train, test)
    ]
    return np.concatenate(parts)


def _numbers(channel: str) -> Array:
    return np.array([np.nan if value.strip() == "?" else float(value) for value in channel.split(",")], np.float64)

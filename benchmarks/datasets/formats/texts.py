"""Texts as arrays, and from bytes to text."""

from collections.abc import Sequence

import numpy as np

from benchmarks.datasets.errors import DatasetCorrupt
from impls import Array


def text_array(texts: Sequence[str]) -> Array:
    """Texts (examples,) as NumPy strings of variable length: each takes the memory of its own length."""
    return np.array(texts, dtype=np.dtypes.StringDType())


def decoded(content: bytes, file: str) -> str:
    """A file's content as text.

    Raises:
        DatasetCorrupt: it is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DatasetCorrupt(f"{file} is not text in UTF-8 ({error.reason} at byte {error.start})") from error


def fields(content: bytes, file: str, count: int, skip: int = 0) -> list[list[str]]:
    """The fields of each line of a tab-separated file without quoting.

    Args:
        content: the file's.
        file: its name, for messages.
        count: fields a line; further tabs belong to the last.
        skip: how many lines at the beginning are left out.

    Raises:
        DatasetCorrupt: it is not UTF-8, it has no lines, or one has fewer fields.
    """
    # Not splitlines(): that breaks lines at characters that occur in texts.
    lines = decoded(content, file).replace("\r\n", "\n").removesuffix("\n").split("\n")
    split = [line.split("\t", count - 1) for line in lines[skip:]]
    if not split:
        raise DatasetCorrupt(f"{file} has no lines beyond its header")
    for number, each in enumerate(split, start=skip + 1):
        if len(each) != count:
            raise DatasetCorrupt(f"{file} has {len(each)} fields in line {number}, expected {count}")
    return split

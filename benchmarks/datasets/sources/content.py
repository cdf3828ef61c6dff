"""One hash for loaded data, whichever way it came: SHA-256 of the arrays in a canonical form."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from impls import Array

if TYPE_CHECKING:
    import pandas as pd


def content_sha256(inputs: "Array | pd.DataFrame", targets: Array) -> str:
    """SHA-256 over dtype, shape and little-endian C-order bytes of the inputs and the targets.

    A table is taken column by column, by name; a categorical column counts by its categories and codes. A text counts
    by its length in bytes and its bytes in UTF-8.
    """
    digest = hashlib.sha256()
    for name, array in [*_columns(inputs), ("targets", targets)]:
        if array.dtype.kind == "T":
            digest.update(f"{name} text {array.shape}\n".encode())
            for text in array.flat:
                encoded = text.encode()
                digest.update(f"{len(encoded)} ".encode() + encoded)
            continue
        canonical = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{name} {canonical.dtype.str} {canonical.shape}\n".encode())
        digest.update(canonical.data)
    return digest.hexdigest()


def _columns(inputs: "Array | pd.DataFrame") -> Iterator[tuple[str, Array]]:
    if isinstance(inputs, np.ndarray):
        yield "inputs", inputs
        return
    for name, column in inputs.items():
        if column.dtype == "category":
            yield f"{name} of {list(column.cat.categories)}", column.cat.codes.to_numpy(np.int64)
        else:
            yield str(name), column.to_numpy()

"""IDX, the file format of MNIST and data sets like it: a magic number, the extents, the bytes.

Format: "The IDX file format" on the MNIST page (LeCun, Cortes & Burges), http://yann.lecun.com/exdb/mnist/.
"""

import math
import struct

import numpy as np

from benchmarks.datasets.errors import DatasetCorrupt
from impls import Array

#: The format's code for unsigned bytes, the only element type in use here.
UNSIGNED_BYTE = 0x08


def read_idx(content: bytes, dimensions: int, file: str) -> Array:
    """The array in an IDX file of unsigned bytes, uint8, read-only.

    Args:
        content: the file's content, decompressed.
        dimensions: how many the array has to have: 3 for images, 1 for labels.
        file: its name, for messages.

    Raises:
        DatasetCorrupt: the header is not that of such a file, or the length is not what the header says.
    """
    header = 4 + 4 * dimensions
    magic = bytes([0, 0, UNSIGNED_BYTE, dimensions])
    if len(content) < header or content[:4] != magic:
        raise DatasetCorrupt(f"{file} is no IDX file of {dimensions} dimensions: it begins with {content[:4].hex()!r}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    if len(content) != header + math.prod(shape):
        raise DatasetCorrupt(f"{file} has {len(content):,} bytes, its header says {header + math.prod(shape):,}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)

"""Digits: handwritten digits as 8×8 images of 17 grey levels."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from sklearn.datasets import load_digits

    loaded = load_digits()
    images = loaded.images.astype(np.uint8)[..., np.newaxis]
    return Data(images, loaded.target.astype(np.int64), classes=tuple(map(str, range(10))))


DATASET = Dataset(
    name="digits",
    title="Optical recognition of handwritten digits",
    kind="images",
    examples=1797,
    shape=(8, 8, 1),
    source="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    licence="CC BY 4.0",
    citation=("E. Alpaydin, C. Kaynak. Cascading classifiers. Kybernetika 34(4), 369–374, 1998."),
    size_bytes=57_523,
    sha256="a695c249b325b6b4ea534ebeff42d4491af28909691acceb46e1e9293192154f",
    ways=(InPackage("sklearn", "scikit-learn"),),
    parse=_parse,
)

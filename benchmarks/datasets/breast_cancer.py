"""Breast cancer Wisconsin (diagnostic): 30 measurements of cell nuclei, malignant or benign."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from sklearn.datasets import load_breast_cancer

    loaded = load_breast_cancer()
    return Data(loaded.data, loaded.target.astype(np.int64), classes=tuple(map(str, loaded.target_names)))


DATASET = Dataset(
    name="breast-cancer",
    title="Breast cancer Wisconsin (diagnostic)",
    kind="table",
    examples=569,
    shape=(30,),
    source="https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic",
    licence="CC BY 4.0",
    citation=(
        "W. N. Street, W. H. Wolberg, O. L. Mangasarian. Nuclear feature extraction for breast tumor diagnosis. "
        "IS&T/SPIE Symposium on Electronic Imaging 1905, 861–870, 1993. https://doi.org/10.1117/12.148698"
    ),
    size_bytes=119_913,
    sha256="523af2b67c6dd4b9ee7b7f87c4c311164b48d467afb73cf3d8541f6882a7819b",
    ways=(InPackage("sklearn", "scikit-learn"),),
    parse=_parse,
)

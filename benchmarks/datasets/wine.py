"""Wine: 13 chemical measurements of wines from three growers."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from sklearn.datasets import load_wine

    loaded = load_wine()
    return Data(loaded.data, loaded.target.astype(np.int64), classes=tuple(map(str, loaded.target_names)))


DATASET = Dataset(
    name="wine",
    title="Wine recognition",
    kind="table",
    examples=178,
    shape=(13,),
    source="https://archive.ics.uci.edu/dataset/109/wine",
    licence="CC BY 4.0",
    citation=(
        "S. Aeberhard, D. Coomans, O. de Vel. Comparative analysis of statistical pattern recognition methods in high "
        "dimensional settings. Pattern Recognition 27(8), 1065–1077, 1994. "
        "https://doi.org/10.1016/0031-3203(94)90145-7"
    ),
    size_bytes=11_157,
    sha256="88d79415736528a24e650a90a722003171c154795f29a5feb52804e2f0c2b939",
    ways=(InPackage("sklearn", "scikit-learn"),),
    parse=_parse,
)

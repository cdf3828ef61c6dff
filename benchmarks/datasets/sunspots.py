"""Sunspots: the yearly mean of Wolf's sunspot number, 1700 to 2008, a cycle of about eleven years.

As usual with this series, what is before 1921 is for training (Weigend, Huberman & Rumelhart 1990).
"""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from statsmodels.datasets import sunspots

    series = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(np.float64)[:, np.newaxis]
    return Data(series, series, test_examples=DATASET.test_examples)


DATASET = Dataset(
    name="sunspots",
    title="Yearly sunspot numbers, 1700–2008",
    kind="series",
    examples=309,
    test_examples=88,
    shape=(1,),
    source="https://www.statsmodels.org/stable/datasets/generated/sunspots.html",
    licence="public domain",
    citation=(
        "A. S. Weigend, B. A. Huberman, D. E. Rumelhart. Predicting the future: a connectionist approach. "
        "International Journal of Neural Systems 1(3), 193–209, 1990. https://doi.org/10.1142/S0129065790000102"
    ),
    size_bytes=2_944,
    sha256="8463e725e742eca96fdab00f16395ae7f8bbbe68f100ce2a5747597f0028567d",
    ways=(InPackage("statsmodels", "statsmodels"),),
    parse=_parse,
)

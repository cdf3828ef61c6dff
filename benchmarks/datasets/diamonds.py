"""Diamonds: prices of round-cut diamonds, from weight, grades and measures."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.formats.tables import read_table
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Files

#: Text column -> its grades, the lowest first.
CATEGORIES = {
    "cut": ("Fair", "Good", "Very Good", "Premium", "Ideal"),
    "color": ("J", "I", "H", "G", "F", "E", "D"),
    "clarity": ("I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"),
}

#: Millimetres; the widest sound entry has 10.74, three are 31.8 or 58.9 by a slipped decimal point.
_LARGEST_MEASURE = 30.0


def _parse(files: Files) -> Data:
    table = read_table(files["diamonds.csv"], CATEGORIES)
    # Of 53,940 rows 146 repeat another, which could put one diamond on both sides of a split; then 19 have a measure
    # of 0, and 3 an impossible one: 53,772 remain.
    table = table.drop_duplicates()
    measures = table[["x", "y", "z"]]
    table = table[((measures > 0) & (measures < _LARGEST_MEASURE)).all(axis=1)].reset_index(drop=True)
    targets = table.pop("price").to_numpy(np.float64)[:, np.newaxis]
    return Data(table, targets)


DATASET = Dataset(
    name="diamonds",
    title="Diamonds: prices in US dollars",
    kind="table",
    examples=53_772,
    shape=(9,),
    source="https://ggplot2.tidyverse.org/reference/diamonds.html",
    licence="MIT, as part of ggplot2 and plotnine",
    citation=(
        "H. Wickham. ggplot2: Elegant Graphics for Data Analysis. Second edition. Springer, 2016. "
        "https://doi.org/10.1007/978-3-319-24277-4"
    ),
    size_bytes=2_772_143,
    sha256="b4c77a1739e92c3dd04683dca091a68606f62cea9a57db79b668998ba1778c2b",
    ways=(
        PipArchive(
            requirement="plotnine==0.15.9",
            archive="plotnine-0.15.9-py3-none-any.whl",
            sha256="36f4526235b3ddd9ea379dd677093ea2ee1b58ab98adec1bde891930283448cd",
            download_bytes=1_573_070,
            members=("plotnine/data/diamonds.csv",),
        ),
    ),
    parse=_parse,
)

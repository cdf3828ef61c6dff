"""Electricity demand of England and Wales, in megawatts, each half hour of twelve weeks from Monday, 5 June 2000.

Two seasons lie in one another, 48 half hours and 336; the last four weeks are the test part, as in Taylor's paper.
"""

import re

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import decoded
from benchmarks.datasets.sources.pmdarima import from_pmdarima
from benchmarks.datasets.sources.ways import Files

_FILE = "taylor.py"


def _parse(files: Files) -> Data:
    # The package holds the series as a literal in a source file, which is read and not run.
    listed = re.search(r"np\.array\(\[([\d\s,]+)\]\)", decoded(files[_FILE], _FILE))
    if listed is None:
        raise DatasetCorrupt(f"{_FILE} has no list of numbers")
    series = np.array([float(number) for number in re.findall(r"\d+", listed[1])])[:, np.newaxis]
    return Data(series, series, test_examples=DATASET.test_examples)


DATASET = Dataset(
    name="electricity-demand",
    title="Half-hourly electricity demand in England and Wales",
    kind="series",
    examples=12 * 7 * 48,
    test_examples=4 * 7 * 48,
    shape=(1,),
    source="https://pkg.robjhyndman.com/forecast/reference/taylor.html",
    licence="MIT, as part of pmdarima; provided by J. W. Taylor",
    citation=(
        "J. W. Taylor. Short-term electricity demand forecasting using double seasonal exponential smoothing. Journal "
        "of the Operational Research Society 54(8), 799–805, 2003. https://doi.org/10.1057/palgrave.jors.2601589"
    ),
    size_bytes=35_522,
    sha256="6a66b9d492d05bf33ce254fade32aaaa8d3d330756ef33fb2fef9842d34c5b10",
    ways=(from_pmdarima(_FILE),),
    parse=_parse,
)

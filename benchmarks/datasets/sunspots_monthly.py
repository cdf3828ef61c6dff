"""Monthly sunspots: the monthly mean of Wolf's sunspot number, 1749 to 1983.

The test part begins with 1921, as that of the yearly numbers does.
"""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.sources.checks import unpacked
from benchmarks.datasets.sources.pmdarima import from_pmdarima
from benchmarks.datasets.sources.ways import Files

_FILE = "sunspots.txt.gz"


def _parse(files: Files) -> Data:
    try:
        numbers = [float(number) for number in unpacked(files[_FILE], _FILE).split()]
    except ValueError as error:
        raise DatasetCorrupt(f"{_FILE} has an entry that is no number: {error}") from error
    if not numbers:
        raise DatasetCorrupt(f"{_FILE} has no numbers")
    series = np.array(numbers)[:, np.newaxis]
    return Data(series, series, test_examples=DATASET.test_examples)


DATASET = Dataset(
    name="sunspots-monthly",
    title="Monthly sunspot numbers, 1749–1983",
    kind="series",
    examples=2_820,
    test_examples=63 * 12,
    shape=(1,),
    source="https://stat.ethz.ch/R-manual/R-devel/library/datasets/html/sunspots.html",
    licence="MIT, as part of pmdarima",
    citation=(
        "D. F. Andrews, A. M. Herzberg. Data: A Collection of Problems from Many Fields for the Student and Research "
        "Worker. Springer, 1985. https://doi.org/10.1007/978-1-4612-5098-2"
    ),
    size_bytes=5_944,
    sha256="eaef372b5692ca884a24a90e7cdde3ec2ad005a496a88fd27791cda81396811a",
    ways=(from_pmdarima(f"data/{_FILE}"),),
    parse=_parse,
)

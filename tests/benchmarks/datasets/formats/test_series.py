"""The `.ts` format."""

import numpy as np
import pytest

from benchmarks.datasets import DatasetCorrupt
from benchmarks.datasets.formats.series import joined, read_series

FILE = b"""# a remark
@problemName made
@classLabel true a b
@data
1,2,3:4,5,6:a
7,?:8,9:b
"""


def test_channels_and_labels_and_the_end_of_short_series() -> None:
    series, labels = read_series(FILE, "made.ts")
    assert labels == ("a", "b")
    np.testing.assert_array_equal(series, [[[1, 4], [2, 5], [3, 6]], [[7, 8], [np.nan, 9], [np.nan, np.nan]]])
    longer = np.zeros((1, 5, 2))
    assert joined(series, longer).shape == (3, 5, 2)
    assert np.isnan(joined(series, longer)[:2, 3:]).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,2:a\n", "has no line @data"),
        (b"@data\n", "has no series"),
        (b"@data\n1,x:a\n", "cannot be read in line 2"),
        (b"@data\n1,2:3,4:a\n1,2:b\n", "has 1 channels in line 3, expected 2"),
        (b"@data\n\xff", "is not text in UTF-8"),
    ],
)
def test_damaged_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(DatasetCorrupt, match=message):
        read_series(content, "made.ts")

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as npst

from benchmarks.datasets import DatasetCorrupt
from benchmarks.datasets.formats.idx import read_idx
from benchmarks.datasets.formats.tables import read_table
from benchmarks.datasets.sources.checks import unpacked
from tests.benchmarks.datasets.samples import PACKED


def idx(array: np.ndarray, code: int = 8) -> bytes:
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@given(npst.arrays(np.uint8, npst.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6)))
def test_idx_gives_back_what_was_written(array: np.ndarray) -> None:
    np.testing.assert_array_equal(read_idx(idx(array), array.ndim, "file"), array)


IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (idx(IMAGES)[:-1], "39 bytes, its header says 40"),
        (idx(IMAGES) + b"\0", "41 bytes, its header says 40"),
        (idx(IMAGES, code=13), "begins with '00000d03'"),
        (idx(IMAGES[0]), "no IDX file of 3 dimensions"),
        (b"\x89PNG" + idx(IMAGES)[4:], "begins with '89504e47'"),
        (idx(IMAGES)[:10], "no IDX file"),
        (b"", "begins with ''"),
    ],
    ids=["short", "long", "floats", "two dimensions", "another format", "cut in the header", "empty"],
)
def test_a_bad_idx_file_is_reported(content: bytes, wrong: str) -> None:
    with pytest.raises(DatasetCorrupt, match="train-images") as caught:
        read_idx(content, 3, "train-images")
    assert wrong in str(caught.value)


@pytest.mark.parametrize("cut", [0, 5, 15, -8, -1])
def test_a_truncated_gzip_file_is_reported(cut: int) -> None:
    with pytest.raises(DatasetCorrupt, match=r"there/sample.csv.gz is no whole gzip file"):
        unpacked(PACKED[:cut] or b"\x1f", "there/sample.csv.gz")


@pytest.mark.parametrize("place", range(10, len(PACKED)))
def test_a_flipped_byte_in_a_gzip_file_is_reported(place: int) -> None:
    damaged = bytearray(PACKED)
    damaged[place] ^= 0xFF
    with pytest.raises(DatasetCorrupt, match="gzip"):
        unpacked(bytes(damaged), "sample.csv.gz")


@pytest.mark.parametrize(
    "content",
    [b"size,grade\n1,a\n2,z\n", b"size,grade\n1,a\nwide,b\n", b"size,mark\n1,a\n", b""],
    ids=["unknown category", "text for a number", "missing column", "empty"],
)
def test_a_table_that_is_not_as_declared_is_reported(content: bytes) -> None:
    with pytest.raises(DatasetCorrupt, match="table"):
        read_table(content, {"grade": ("a", "b")})


def test_a_table_has_all_declared_categories_and_float_numbers() -> None:
    table = read_table(b"size,grade\n1,a\n2,?\n", {"grade": ("?", "a", "b")})
    assert list(table["grade"].cat.categories) == ["?", "a", "b"]
    assert table["size"].dtype == np.float64


@pytest.mark.parametrize("content", [b"size,grade\n", b"size,grade"])
def test_a_table_with_a_header_and_no_rows_is_refused(content: bytes) -> None:
    with pytest.raises(DatasetCorrupt, match="the table has no rows"):
        read_table(content, {"grade": ("a", "b")})

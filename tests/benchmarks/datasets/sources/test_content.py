import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from benchmarks.datasets.sources.content import content_sha256

TARGETS = np.array([0, 1, 1])
TABLE = pd.DataFrame({"size": [1.0, 2.0, 3.0], "grade": pd.Categorical(["a", "b", "a"], categories=["a", "b"])})


@given(
    inputs=npst.arrays(np.uint8, npst.array_shapes(min_dims=1, max_dims=4, max_side=5)),
    place=st.integers(0),
    bit=st.integers(0, 7),
)
def test_a_flipped_bit_changes_the_hash(inputs: np.ndarray, place: int, bit: int) -> None:
    flipped = inputs.copy()
    flipped.flat[place % inputs.size] ^= 1 << bit
    targets = np.arange(len(inputs))
    assert content_sha256(flipped, targets) != content_sha256(inputs, targets)
    assert content_sha256(inputs, targets) == content_sha256(inputs.copy(), targets)


@pytest.mark.parametrize(
    "same",
    [np.asfortranarray, lambda x: x.astype(">f8"), lambda x: np.repeat(x, 2, axis=0)[::2]],
    ids=["column order", "big-endian", "strided view"],
)
def test_the_layout_in_memory_does_not_count(same: object) -> None:
    inputs = np.arange(6.0).reshape(3, 2)
    assert content_sha256(same(inputs), TARGETS) == content_sha256(inputs, TARGETS)  # type: ignore[operator]  # a table


@pytest.mark.parametrize(
    "other",
    [
        TABLE.rename(columns={"size": "width"}),
        TABLE[["grade", "size"]],
        TABLE.assign(size=[1.0, 2.0, 4.0]),
        TABLE.assign(grade=pd.Categorical(["a", "b", "b"], categories=["a", "b"])),
        TABLE.assign(grade=pd.Categorical(["a", "b", "a"], categories=["a", "b", "c"])),
        TABLE.assign(grade=pd.Categorical(["c", "b", "c"], categories=["c", "b"])),
        TABLE.astype({"size": "float32"}),
    ],
    ids=["name", "order", "number", "category", "more categories", "other categories", "type"],
)
def test_whatever_is_in_a_table_counts(other: pd.DataFrame) -> None:
    assert content_sha256(other, TARGETS) != content_sha256(TABLE, TARGETS)


TEXTS = np.array(["naïve", "", "a b"], dtype=np.dtypes.StringDType())


@pytest.mark.parametrize(
    "other",
    [["naive", "", "a b"], ["", "naïve", "a b"], ["naïve", " ", "a b"], ["naïve", "a", " b"], ["naïve", "", "a b", ""]],
    ids=["letter", "order", "blank", "another cut", "another text"],
)
def test_whatever_is_in_texts_counts(other: list[str]) -> None:
    texts = np.array(other, dtype=np.dtypes.StringDType())
    assert content_sha256(texts, TARGETS) != content_sha256(TEXTS, TARGETS)
    assert content_sha256(TARGETS, texts) != content_sha256(TARGETS, TEXTS)


def test_the_shape_of_texts_counts() -> None:
    assert content_sha256(TEXTS[:, np.newaxis], TARGETS) != content_sha256(TEXTS, TARGETS)


def test_views_of_texts_count_as_what_they_show() -> None:
    assert content_sha256(TEXTS[::-1][::-1], TARGETS) == content_sha256(TEXTS.copy(), TARGETS)


def test_shape_type_and_targets_count() -> None:
    inputs = np.arange(6.0)
    hashes = {
        content_sha256(inputs, TARGETS),
        content_sha256(inputs.reshape(2, 3), TARGETS),
        content_sha256(inputs.view(np.int64), TARGETS),
        content_sha256(inputs, TARGETS[::-1]),
    }
    assert len(hashes) == 4

"""The ways deliver different files with the rows in different orders: the arrays have to be the same."""

import numpy as np
import pytest

from benchmarks.datasets import DatasetCorrupt
from benchmarks.datasets.letter_recognition import DATASET

MEASURES = np.random.default_rng(0).integers(0, 16, size=(30, 16))
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZABCD")


def uci(order: np.ndarray) -> bytes:
    return "".join(f"{LETTERS[row]},{','.join(map(str, MEASURES[row]))}\n" for row in order).encode()


def keel(order: np.ndarray) -> bytes:
    return "".join(f"{','.join(map(str, MEASURES[row]))},{LETTERS[row]}\n" for row in order).encode()


def test_form_and_order_do_not_matter() -> None:
    order = np.random.default_rng(1).permutation(30)
    one = DATASET.parse({"letter-recognition.data": uci(np.arange(30))})
    other = DATASET.parse({"letter.dat": keel(order)})
    np.testing.assert_array_equal(one.inputs, other.inputs)
    np.testing.assert_array_equal(one.targets, other.targets)
    rows = {(LETTERS[row], *MEASURES[row]) for row in range(30)}
    assert rows == {(one.classes[target], *measures) for target, measures in zip(one.targets, one.inputs, strict=True)}


def test_a_table_of_another_width_is_reported() -> None:
    with pytest.raises(DatasetCorrupt, match="expected 16 measures a letter"):
        DATASET.parse({"letter-recognition.data": b"T,1,2\nI,3,4\n"})

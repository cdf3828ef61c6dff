"""Words and phones: an example a pronunciation in training, all of them as references in the test part."""

import numpy as np
import pytest

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.encodings.pronunciations import Pronunciations
from impls.spec.tokens import END, START

TRAIN = Part(np.array(["ab", "b", "abba"]), np.array(["X Y | X", "Y", "X Y Y X"]))
TEST = Part(np.array(["ba", "bbbb"]), np.array(["Y X", "Y Y | X Y Y X X | Y"]))
#: Letters b (4 times in "ab", "ab", "b"), a; phones Y, X by their frequency, ties by name.
ENCODING = Pronunciations(source_length=3, target_length=4, source_vocabulary=6, target_vocabulary=6)


def test_every_pronunciation_is_a_training_example_and_words_too_long_are_none() -> None:
    arrays = ENCODING.encode(TRAIN, TEST)
    a, b = (list(arrays["source_symbols"]).index(letter) for letter in "ab")
    x, y = (list(arrays["symbols"]).index(phone) for phone in "XY")
    assert arrays["train_inputs"].tolist() == [
        [a, b, 0, START, x, y, 0],
        [a, b, 0, START, x, 0, 0],
        [b, 0, 0, START, y, 0, 0],
    ]
    assert arrays["train_targets"].tolist() == [[x, y, END, 0], [x, END, 0, 0], [y, END, 0, 0]]


def test_long_test_words_are_cut_but_all_their_phones_count() -> None:
    arrays = ENCODING.encode(TRAIN, TEST)
    b = list(arrays["source_symbols"]).index("b")
    x, y = (list(arrays["symbols"]).index(phone) for phone in "XY")
    assert arrays["test_inputs"][1].tolist() == [b, b, b, START, y, y, 0]
    assert arrays["test_targets"].tolist() == [
        [[y, x, 0, 0, 0], [0] * 5, [0] * 5],
        [[y, y, 0, 0, 0], [x, y, y, x, x], [y, 0, 0, 0, 0]],
    ]


def test_phones_just_as_many_as_fit_with_the_end_are_kept() -> None:
    arrays = Pronunciations(4, 5, 6, 6).encode(TRAIN, TEST)
    assert len(arrays["train_inputs"]) == 4
    assert arrays["train_targets"][3, 4] == END


def test_a_training_part_without_a_fitting_word_is_reported() -> None:
    with pytest.raises(TaskError, match="no training word fits 3 letters and 0 phones"):
        Pronunciations(3, 1, 6, 6).encode(TRAIN, TEST)

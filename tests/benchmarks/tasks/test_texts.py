"""Texts as tokens: vocabularies of the training part, windows in which every character counts once."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.encodings.texts import Characters, TextWindows, Words
from benchmarks.tasks.encodings.vocabularies import UNKNOWN, Vocabulary, fit_vocabulary
from impls.spec.tokens import END, PADDING, START


def part(*texts: str) -> Part:
    return Part(np.array(texts), np.arange(len(texts)) % 2)


def test_vocabularies_number_the_most_frequent_first_and_then_by_name() -> None:
    vocabulary = fit_vocabulary(["bab", "cab"], 8)
    assert vocabulary.symbols == ("<padding>", "<start>", "<end>", "<unknown>", "b", "a", "c")
    assert vocabulary.numbers("cax") == [6, 5, UNKNOWN]
    assert {PADDING, START, END, UNKNOWN} == set(range(4))


def test_a_vocabulary_that_is_too_small_is_reported_unless_rare_symbols_may_go() -> None:
    with pytest.raises(TaskError, match=r"has 3 symbols, a vocabulary of 6 has room for 2 .* give a vocabulary of 7"):
        fit_vocabulary(["aabc"], 6)
    assert fit_vocabulary(["aabc"], 6, drop_rare=True).symbols[4:] == ("a", "b")


def test_characters_are_cut_and_filled_up_and_those_of_the_test_part_alone_are_unknown() -> None:
    arrays = Characters(length=3, vocabulary=8).encode(part("aab", "a"), part("bza", "aabb"))
    assert arrays["train_inputs"].tolist() == [[4, 4, 5], [4, 0, 0]]
    assert arrays["test_inputs"].tolist() == [[5, UNKNOWN, 4], [4, 4, 5]]
    assert arrays["test_targets"].tolist() == [0, 1]


def test_words_are_in_lower_case_without_punctuation_and_the_rare_ones_unknown() -> None:
    train, test = part("It's GOOD, good; it's bad...", "good it's"), part("bad? GOOD", "!!")
    arrays = Words(length=4, vocabulary=6).encode(train, test)
    # "good" and "it's" thrice each, in the order of their names; no room for "bad".
    assert arrays["train_inputs"].tolist() == [[5, 4, 4, 5], [4, 5, 0, 0]]
    assert arrays["test_inputs"].tolist() == [[UNKNOWN, 4, 0, 0], [UNKNOWN, 0, 0, 0]], "no words are one unknown word"


@given(
    st.lists(st.text("abc", min_size=1), min_size=1, max_size=6),
    st.lists(st.text("abcd"), min_size=1, max_size=6).filter(lambda lines: any(lines) or len(lines) > 1),
    st.integers(1, 7),
)
def test_every_character_of_a_text_is_predicted_once_from_those_before_it(
    train: list[str], test: list[str], length: int
) -> None:
    arrays = TextWindows(length, vocabulary=9).encode(part(*train), part(*test))
    vocabulary = Vocabulary(arrays["symbols"][4:])
    assert set(vocabulary.symbols[4:]) == set("\n".join(train)), "fitted on the training part alone"
    for name, lines in (("train", train), ("test", test)):
        inputs, targets = arrays[f"{name}_inputs"], arrays[f"{name}_targets"]
        assert inputs.shape == targets.shape
        assert inputs.shape[1] == length
        assert targets[targets != PADDING].tolist() == vocabulary.numbers("\n".join(lines))
        assert (inputs[:, 0] == START).all()
        np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
        assert (np.diff(targets == PADDING, axis=1) >= 0).all() or length == 1, "padding is at the end alone"


@pytest.mark.parametrize("encoding", [Characters(5, 5), TextWindows(5, 5)])
def test_what_does_not_fit_the_networks_is_reported(encoding: Any) -> None:
    with pytest.raises(TaskError, match="give a vocabulary of"):
        encoding.encode(part("abc", "de"), part("a", "b"))

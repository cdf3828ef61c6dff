"""N-gram models against the plain recursion, and answers that take no learning."""

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.baselines.counting import Guessing, NGrams
from benchmarks.tasks.baselines.estimators import Estimator, bag_of_characters, bag_of_words, weighted_bag_of_words
from benchmarks.tasks.baselines.naive import Mean, NaiveForecast, NearestWord, SeasonalNaiveForecast
from benchmarks.tasks.encodings.texts import TextWindows
from benchmarks.tasks.split import Split, Texts
from impls import Array


def split(**arrays: Any) -> Split:
    empty = np.zeros((0, 0))
    fields = dict.fromkeys(("train_inputs", "train_targets", "test_inputs", "test_targets"), empty)
    return Split(**(fields | {"target_mean": 0.0, "target_scale": 1.0} | arrays))


def windows(train: str, test: str, length: int) -> Split:
    made = TextWindows(length, 9).encode(*(Part(np.array([text]), np.zeros(1)) for text in (train, test)))
    return split(**made | {"symbols": tuple(made["symbols"])})


def plain_witten_bell(made: Split, order: int) -> Array:
    """The definition, with dictionaries: contexts are the window's last inputs, filled up at the window's beginning."""
    seen: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)

    def contexts(inputs: Array, position: int) -> list[tuple[int, ...]]:
        history = [0] * order + inputs[: position + 1].tolist()
        return [tuple(history[len(history) - length :]) for length in range(order)]

    for inputs, targets in zip(made.train_inputs, made.train_targets, strict=True):
        for position, target in enumerate(targets):
            for context in contexts(inputs, position) if target else ():
                seen[context][int(target)] += 1
    logs = np.zeros(made.test_targets.shape)
    for row, (inputs, targets) in enumerate(zip(made.test_inputs, made.test_targets, strict=True)):
        for position, target in enumerate(targets):
            probability = 1 / len(made.symbols)
            for context in contexts(inputs, position):
                if counts := seen.get(context):
                    kinds = len(counts)
                    probability = (counts[int(target)] + kinds * probability) / (counts.total() + kinds)
            logs[row, position] = math.log(probability) if target else 0.0
    return logs


@settings(deadline=None)
@given(st.text("abc", min_size=1, max_size=40), st.text("abcd", min_size=1, max_size=15), st.integers(1, 7))
def test_n_grams_are_witten_and_bells(train: str, test: str, length: int) -> None:
    made = windows(train, test, length)
    for order in (1, 2, 4):
        answers, _ = NGrams(order).run(made)
        np.testing.assert_allclose(answers[0], plain_witten_bell(made, order), rtol=1e-12)


def test_parameters_are_the_different_n_grams() -> None:
    # a, b, c; each of them at the window's beginning after the start token, and "ab", "bc" within.
    assert NGrams(1).run(windows("abcabc", "a", 3)).parameters == 3
    assert NGrams(2).run(windows("abcabc", "a", 3)).parameters == 3 + 3


def test_n_grams_whose_numbers_overflow_are_refused() -> None:
    with pytest.raises(TaskError, match="7 symbols are too many for 23-grams"):
        NGrams(23).run(windows("abc", "a", 3))


def test_guessing_takes_the_shares_of_the_tokens() -> None:
    targets = np.array([[0, 3, 3, 4]])
    scores, parameters = Guessing().run(split(train_targets=targets, test_targets=np.array([[0, 4, 3]])))
    np.testing.assert_allclose(np.exp(scores[0][0, 1:]), [1 / 3, 2 / 3])
    assert scores[1][0, 1:].tolist() == [False, True]
    assert parameters == 2


def test_naive_forecasts_repeat_the_last_value_and_the_last_season() -> None:
    inputs, season = np.array([[[1.0, 9.0], [2.0, 9.0]]]), np.array([[5.0, 6.0, 7.0]])
    series = split(test_inputs=inputs, test_targets=np.zeros((1, 3)), seasonal=season)
    assert NaiveForecast().run(series).answers.tolist() == [[2, 2, 2]]
    assert SeasonalNaiveForecast().run(series).answers.tolist() == [[5, 6, 7]]


def test_the_mean_is_that_of_the_training_targets() -> None:
    fitted = Mean().run(split(train_targets=np.array([[1.0], [2.0]]), test_targets=np.zeros((3, 1))))
    assert fitted.answers.tolist() == [[1.5]] * 3


def test_the_nearest_word_lends_its_phones() -> None:
    # Sources of 3 letters, then start and phones; "4 5" is one edit from "4 5 6", two from "7 8".
    train = np.array([[7, 8, 0, 1, 9, 0], [4, 5, 6, 1, 4, 4], [4, 5, 6, 1, 5, 5]])
    asked = np.array([[4, 5, 0, 1, 0, 0], [7, 8, 8, 1, 0, 0]])
    made = split(train_inputs=train, train_targets=np.zeros((3, 3), int), test_inputs=asked)
    assert NearestWord(chunk=1).run(made).answers.tolist() == [[4, 4], [9, 0]]


@pytest.mark.parametrize(
    ("make", "told_apart"), [(bag_of_words, True), (weighted_bag_of_words, True), (bag_of_characters, False)]
)
def test_bags_count_the_raw_texts(make: Any, told_apart: bool) -> None:
    """Both classes have the same letters, so that only words tell them apart."""
    texts = ["stop now", "post won", "stop won", "post now"] * 5
    made = split(train_targets=np.array([0, 1, 0, 1] * 5), texts=Texts(texts, texts[:4]))
    logits, parameters = Estimator(make).run(made)
    assert (logits.argmax(axis=1).tolist() == [0, 1, 0, 1]) == told_apart
    assert parameters == (8 if make is bag_of_characters else 5)


@pytest.mark.parametrize("baseline", [NGrams(2), Guessing(), Mean(), NearestWord(), Estimator(bag_of_words)])
def test_settings_are_the_same_in_every_process(baseline: Any) -> None:
    assert baseline.settings()
    assert " at 0x" not in baseline.settings()

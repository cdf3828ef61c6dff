"""Metrics of answers in tokens, against hand-worked figures and plain definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.metrics.evaluate import evaluate
from benchmarks.metrics.tokens import TokenScores, phoneme_error_rate, score_tokens, word_error_rate
from impls import Array

#: Two sequences of three positions; the last of the second counts not.
TARGETS = np.array([[1, 2, 1], [2, 2, 0]])
#: Probabilities of the right tokens: .5, .25, .125; .5, 1/16, (whatever).
PROBABILITIES = np.array([[0.5, 0.25, 0.125], [0.5, 0.0625, 0.9]])
HITS = np.array([[True, False, False], [True, False, True]])
SCORES = TokenScores(np.log(PROBABILITIES), HITS)


def test_bits_are_the_mean_over_the_targets_that_count() -> None:
    values = evaluate("language model", ["bits_per_character"], TARGETS, SCORES)
    assert values == pytest.approx({"bits_per_character": (1 + 2 + 3 + 1 + 4) / 5})
    recalled = evaluate("recall", ["token_log_loss", "token_accuracy"], TARGETS, SCORES)
    assert recalled == pytest.approx({"token_log_loss": 11 / 5 * math.log(2), "token_accuracy": 2 / 5})


def test_scores_of_padding_may_be_anything_and_others_have_to_be_finite() -> None:
    wild = np.log(PROBABILITIES)
    wild[1, 2] = np.nan
    assert math.isfinite(evaluate("recall", ["token_log_loss"], TARGETS, TokenScores(wild, HITS))["token_log_loss"])
    wild[1, 1] = -np.inf
    assert math.isnan(evaluate("recall", ["token_log_loss"], TARGETS, TokenScores(wild, HITS))["token_log_loss"])


@given(arrays(np.float32, (2, 3, 4), elements=st.floats(-50, 50, width=32)))
def test_scores_are_those_of_the_logits_softmax(logits: Array) -> None:
    scores = score_tokens(TARGETS, logits)
    for row, column in np.ndindex(TARGETS.shape):
        powers = [math.exp(float(logit)) for logit in logits[row, column]]
        right = powers[TARGETS[row, column]] / sum(powers)
        assert scores.log_probabilities[row, column] == pytest.approx(math.log(right), abs=1e-5)
        assert scores.hits[row, column] == (logits[row, column].argmax() == TARGETS[row, column])


#: References (alternatives filled up with zeros), what was decoded, edits to the closest reference, its length.
WORDS = [
    ([[4, 5, 6], [4, 0, 0]], [4, 5, 6, 0], 0, 3),
    ([[4, 5, 6], [4, 0, 0]], [4, 0, 0, 0], 0, 1),
    ([[4, 5, 6], [0, 0, 0]], [4, 6, 0, 0], 1, 3),
    ([[4, 5, 6], [7, 0, 0]], [4, 5, 5, 7], 2, 3),
    ([[4, 5, 6], [0, 0, 0]], [0, 0, 0, 0], 3, 3),
    # One substitution to either: the longer reference counts.
    ([[4, 0, 0], [5, 6, 0]], [5, 0, 0, 0], 1, 2),
]


def test_rates_are_by_the_closest_reference() -> None:
    references = np.array([case[0] for case in WORDS])
    decoded = np.array([case[1] for case in WORDS])
    assert phoneme_error_rate(references, decoded) == sum(case[2] for case in WORDS) / sum(case[3] for case in WORDS)
    assert word_error_rate(references, decoded) == 4 / 6
    rates = evaluate("transduction", ["word_error_rate", "phoneme_error_rate"], references, decoded)
    assert rates == {"word_error_rate": 4 / 6, "phoneme_error_rate": 7 / 15}


@pytest.mark.parametrize(("references", "decoded", "edits", "length"), WORDS)
def test_each_word_has_its_own_rate(references: list[list[int]], decoded: list[int], edits: int, length: int) -> None:
    rate = phoneme_error_rate(np.array([references]), np.array([decoded]))
    assert rate == edits / length

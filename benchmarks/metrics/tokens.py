"""How good answers in tokens are: the probabilities of the right ones, and how far a written sequence is from them."""

import math
from typing import Any, NamedTuple

import numpy as np

from benchmarks.metrics.base import declare
from impls import Array
from impls.spec.tokens import PADDING


class TokenScores(NamedTuple):
    """How a model scores the right token at each position: what metrics need of its logits, and far smaller."""

    #: Natural logarithms of the right tokens' probabilities, (examples, positions).
    log_probabilities: Array
    #: Whether the right token is the likeliest, (examples, positions).
    hits: Array


def score_tokens(targets: Array, logits: Array) -> TokenScores:
    """The scores of logits (examples, positions, vocabulary) for the right tokens (examples, positions)."""
    from scipy.special import log_softmax

    logits = np.asarray(logits, np.float64)
    right = np.take_along_axis(log_softmax(logits, axis=-1), targets[..., np.newaxis], axis=-1)
    return TokenScores(right[..., 0], logits.argmax(axis=-1) == targets)


@declare("bits per character", "language model", higher_is_better=False, lowest=0.0, decimals=3, margin=0.02)
def bits_per_character(targets: Array, scores: TokenScores) -> float:
    """Mean -log₂ p of the targets that count."""
    return float(-scores.log_probabilities[targets != PADDING].mean()) / math.log(2)


@declare("token accuracy", "recall", higher_is_better=True, lowest=0.0, highest=1.0, percent=True, margin=0.005)
def token_accuracy(targets: Array, scores: TokenScores) -> float:
    """Share of the targets that count to which the largest logit belongs."""
    return float(scores.hits[targets != PADDING].mean())


@declare("log loss a token", "recall", higher_is_better=False, lowest=0.0, decimals=4)
def token_log_loss(targets: Array, scores: TokenScores) -> float:
    """Mean -ln p of the targets that count."""
    return float(-scores.log_probabilities[targets != PADDING].mean())


@declare("word error rate", "transduction", higher_is_better=False, lowest=0.0, highest=1.0, percent=True, margin=0.01)
def word_error_rate(references: Array, decoded: Array) -> float:
    """Share of the examples that are decoded to none of their references, as is usual with several pronunciations."""
    return float(np.mean([edits > 0 for edits, _ in _distances(references, decoded)]))


# Above 1 where more phonemes are wrongly added than there are.
@declare("phoneme error rate", "transduction", higher_is_better=False, lowest=0.0, percent=True, margin=0.005)
def phoneme_error_rate(references: Array, decoded: Array) -> float:
    """Insertions, deletions and substitutions a phone of the reference, always the reference that is closest.

    Args:
        references: (examples, alternatives, positions), tokens filled up with 0; an alternative of zeros is none.
        decoded: (examples, positions), likewise, without start and end.
    """
    distances = _distances(references, decoded)
    return sum(edits for edits, _ in distances) / sum(length for _, length in distances)


def real_tokens(row: Array) -> list[int]:
    """The tokens of a row without its padding."""
    tokens: list[int] = row[row != PADDING].tolist()
    return tokens


def _distances(references: Array, decoded: Array) -> list[tuple[int, int]]:
    """Of each example: edits to the closest reference (of several the longest), and that reference's length."""
    from rapidfuzz.distance import Levenshtein

    distances: list[tuple[int, int]] = []
    for alternatives, row in zip(references, decoded, strict=True):
        written = real_tokens(row)
        right = [tokens for tokens in map(real_tokens, alternatives) if tokens]
        distances.append(
            min(((Levenshtein.distance(written, each), len(each)) for each in right), key=_closest_longest)
        )
    return distances


def _closest_longest(distance: tuple[int, int]) -> Any:
    return distance[0], -distance[1]

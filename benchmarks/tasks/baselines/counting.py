"""Counts of tokens as models of them: n-grams with Witten-Bell smoothing, and the share of each token."""

from dataclasses import dataclass

import numpy as np

from benchmarks.kinds import TaskError
from benchmarks.metrics.tokens import TokenScores
from benchmarks.tasks.base import Fitted
from benchmarks.tasks.split import Split
from impls import Array
from impls.spec.tokens import PADDING


@dataclass(frozen=True)
class NGrams:
    """A character model by the last `order` - 1 characters of the window, Witten-Bell interpolated.

    With h a context, h' the same without its oldest character, N(h) how often h was seen and T(h) after how many
    different characters it went on (Witten & Bell 1991, method C; Chen & Goodman 1999, section 2.4):

        p(c | h) = (N(hc) + T(h) · p(c | h')) / (N(h) + T(h)),

    and before the first of them every character of the vocabulary is equally likely. The model reads the same windows
    as the networks: at a window's beginning its contexts are as short as theirs. (nltk.lm has this model, and takes
    minutes for what is counted here in seconds.)
    """

    order: int
    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        base = len(split.symbols)
        if base**self.order >= 2**63:
            raise TaskError(f"{base} symbols are too many for {self.order}-grams: their numbers do not fit 64 bits")
        # Padding, start, end and "unknown" are never the target of a training window.
        probability = np.full((split.test_targets != PADDING).sum(), 1.0 / base)
        parameters = 0
        for length in range(self.order):
            seen, asked = (
                _grams(inputs, targets, length, base)
                for inputs, targets in (
                    (split.train_inputs, split.train_targets),
                    (split.test_inputs, split.test_targets),
                )
            )
            grams, gram_counts = np.unique(seen, return_counts=True)
            contexts, first, continuations = np.unique(grams // base, return_index=True, return_counts=True)
            context_counts = np.add.reduceat(gram_counts, first)
            counted = _looked_up(grams, gram_counts, asked)
            total, kinds = (_looked_up(contexts, each, asked // base) for each in (context_counts, continuations))
            known = total > 0
            smoothed = (counted[known] + kinds[known] * probability[known]) / (total[known] + kinds[known])
            probability[known] = smoothed
            parameters += len(grams)
        scores = np.zeros(split.test_targets.shape)
        scores[split.test_targets != PADDING] = np.log(probability)
        return Fitted(TokenScores(scores, np.zeros(scores.shape, bool)), parameters)


@dataclass(frozen=True)
class Guessing:
    """Each token as likely as it is among the training targets, at whatever position."""

    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        right = split.train_targets[split.train_targets != PADDING]
        counts = np.bincount(right, minlength=int(split.test_targets.max()) + 1)
        with np.errstate(divide="ignore"):  # a token that is no training target has an infinite loss
            log_shares = np.log(counts / counts.sum())
        return Fitted(
            TokenScores(log_shares[split.test_targets], split.test_targets == counts.argmax()),
            int(np.count_nonzero(counts)),
        )


def _grams(inputs: Array, targets: Array, length: int, base: int) -> Array:
    """Each counted target with the `length` inputs up to its position, as one number; before the window there is 0."""
    code = np.zeros(targets.shape, np.int64)
    padded = np.pad(inputs, ((0, 0), (length, 0)))
    for back in range(length):
        code = code * base + padded[:, back + 1 : back + 1 + targets.shape[1]]
    code = code * base + targets
    counted: Array = code[targets != PADDING]
    return counted


def _looked_up(keys: Array, values: Array, asked: Array) -> Array:
    """The value of each asked key, 0 where there is none; keys are sorted."""
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[places] == asked, values[places], 0)

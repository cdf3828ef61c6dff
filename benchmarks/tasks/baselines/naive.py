"""Answers without learning: a network that does not beat them has learned nothing."""

from dataclasses import dataclass

import numpy as np

from benchmarks.tasks.base import Fitted
from benchmarks.tasks.split import Split


@dataclass(frozen=True)
class NaiveForecast:
    """The last value seen, for every step ahead."""

    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        last = split.test_inputs[:, -1, :1]
        return Fitted(np.broadcast_to(last, split.test_targets.shape), 0)


@dataclass(frozen=True)
class SeasonalNaiveForecast:
    """The value one season before."""

    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        assert split.seasonal is not None
        return Fitted(split.seasonal, 0)


@dataclass(frozen=True)
class Majority:
    """The classes' shares of the training part, whatever the input: always the most frequent class."""

    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        counts = np.bincount(split.train_targets, minlength=int(split.test_targets.max()) + 1)
        logits = np.log((counts + 1) / (counts.sum() + len(counts)))  # Laplace's rule, for a class that is not there
        return Fitted(np.broadcast_to(logits, (len(split.test_targets), len(counts))), len(counts))


@dataclass(frozen=True)
class Mean:
    """The mean of the training targets, whatever the input."""

    implementation: str = "baseline"

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        mean = split.train_targets.mean(axis=0)
        return Fitted(np.broadcast_to(mean, split.test_targets.shape), mean.size)


@dataclass(frozen=True)
class NearestWord:
    """The pronunciation of the training word that is spelled most alike, by edits; of several the first one's."""

    implementation: str = "baseline"
    #: Test words that are compared with all training words at once: bounds the memory.
    chunk: int = 256

    def settings(self) -> str:
        return repr(self)

    def run(self, split: Split) -> Fitted:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist

        length = split.train_inputs.shape[1] - split.train_targets.shape[1]
        known, asked = (
            ["".join(map(chr, row[row > 0])) for row in inputs[:, :length]]
            for inputs in (split.train_inputs, split.test_inputs)
        )
        # The decoder's inputs are the start token and the phones, without an end.
        spoken = split.train_inputs[:, length + 1 :]
        nearest = [
            cdist(asked[start : start + self.chunk], known, scorer=Levenshtein.distance, dtype=np.uint8).argmin(axis=1)
            for start in range(0, len(asked), self.chunk)
        ]
        return Fitted(spoken[np.concatenate(nearest)], None)

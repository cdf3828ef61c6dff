"""Words and their pronunciations as sequences of tokens: grapheme to phoneme."""

from dataclasses import dataclass

import numpy as np

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.encodings.vocabularies import Vocabulary, fit_vocabulary, padded
from impls import Array
from impls.spec.tokens import END, START

#: Between the pronunciations of one word.
SEPARATOR = " | "


@dataclass(frozen=True)
class Pronunciations:
    """Letters as the source, phones as the target; a word's pronunciations are an example each in training.

    The decoder is given the start token and the phones, and predicts the phones and the end token. Words too long
    for the networks are left out of training; in the test part their letters are cut, and all their phones count.
    """

    #: Letters of a word, and phones of a pronunciation with the end token.
    source_length: int
    target_length: int
    source_vocabulary: int
    target_vocabulary: int

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        pairs = [
            (str(word), phones)
            for word, alternatives in zip(train.inputs, train.targets, strict=True)
            for phones in _pronunciations(alternatives)
            if len(word) <= self.source_length and len(phones) < self.target_length
        ]
        if not pairs:
            raise TaskError(f"no training word fits {self.source_length} letters and {self.target_length - 1} phones")
        letters = fit_vocabulary((word for word, _ in pairs), self.source_vocabulary)
        phones = fit_vocabulary((spoken for _, spoken in pairs), self.target_vocabulary)
        references = [[phones.numbers(each) for each in _pronunciations(alternatives)] for alternatives in test.targets]
        spoken = [phones.numbers(spoken) for _, spoken in pairs]
        return {
            "train_inputs": self._inputs([word for word, _ in pairs], spoken, letters),
            "train_targets": padded([[*each, END] for each in spoken], self.target_length),
            # What a decoder that writes by itself is not given: the first right answer, for looks inside.
            "test_inputs": self._inputs(list(map(str, test.inputs)), [each[0] for each in references], letters),
            "test_targets": _alternatives(references),
            "source_symbols": np.array(letters.symbols),
            "symbols": np.array(phones.symbols),
        }

    def _inputs(self, words: list[str], spoken: list[list[int]], letters: Vocabulary) -> Array:
        sources = padded([letters.numbers(word) for word in words], self.source_length)
        return np.concatenate([sources, padded([[START, *each] for each in spoken], self.target_length)], axis=1)


def _pronunciations(alternatives: object) -> list[list[str]]:
    return [each.split() for each in str(alternatives).split(SEPARATOR)]


def _alternatives(references: list[list[list[int]]]) -> Array:
    """(words, pronunciations, phones), filled up with padding."""
    most = max(map(len, references))
    longest = max(len(phones) for each in references for phones in each)
    return np.stack([padded([*each, *([[]] * (most - len(each)))], longest) for each in references])

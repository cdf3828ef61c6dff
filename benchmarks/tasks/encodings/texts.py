"""Texts as tokens: of letters or of words, to be classified, or in windows, to be continued."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.tasks.base import Part
from benchmarks.tasks.encodings.vocabularies import UNKNOWN, fit_vocabulary, padded
from benchmarks.tasks.split import pack_texts
from impls import Array
from impls.spec.tokens import PADDING, START

#: A run of letters or digits, with apostrophes inside.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Characters:
    """Every character a token, in lower case; for short texts that are classified."""

    #: Positions: longer texts are cut, shorter ones filled up.
    length: int
    #: Numbers that the networks know; every character of the training part has to have one.
    vocabulary: int

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        vocabulary = fit_vocabulary((str(text).lower() for text in train.inputs), self.vocabulary)
        return _classified(self.length, train, test, lambda text: vocabulary.numbers(text.lower()))


@dataclass(frozen=True)
class Words:
    """Every word a token, in lower case; the most frequent words of the training part have numbers of their own."""

    #: Positions: of longer texts the first words count.
    length: int
    vocabulary: int

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        vocabulary = fit_vocabulary((_words(str(text)) for text in train.inputs), self.vocabulary, drop_rare=True)
        # A text without words still needs a token, for no network takes an empty sequence.
        return _classified(self.length, train, test, lambda text: vocabulary.numbers(_words(text)) or [UNKNOWN])


@dataclass(frozen=True)
class TextWindows:
    """A text cut into windows side by side, in which every character is predicted from those before it in its window.

    The lines of each part are joined with line ends. A window's inputs are the start token and its characters without
    the last, its targets are its characters: each character of the test part is predicted exactly once, and at the
    beginning of a window from nothing but the start token. The last window is filled up with padding.
    """

    length: int
    vocabulary: int

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        texts = ["\n".join(map(str, part.inputs)) for part in (train, test)]
        vocabulary = fit_vocabulary(texts[:1], self.vocabulary)
        arrays = {"symbols": np.array(vocabulary.symbols)}
        for name, text in zip(("train", "test"), texts, strict=True):
            targets = self._cut(np.array(vocabulary.numbers(text), np.int32))
            inputs = np.full_like(targets, START)
            inputs[:, 1:] = targets[:, :-1]
            arrays |= {f"{name}_inputs": inputs, f"{name}_targets": targets}
        return arrays

    def _cut(self, numbers: Array) -> Array:
        missing = -len(numbers) % self.length
        return np.pad(numbers, (0, missing), constant_values=PADDING).reshape(-1, self.length)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _classified(length: int, train: Part, test: Part, numbers: Callable[[str], list[int]]) -> dict[str, Array]:
    arrays = {}
    for name, part in (("train", train), ("test", test)):
        texts = [str(text) for text in part.inputs]
        arrays[f"{name}_inputs"] = padded([numbers(text) for text in texts], length)
        arrays[f"{name}_targets"] = part.targets
        arrays[f"{name}_texts"] = pack_texts(texts)
    return arrays

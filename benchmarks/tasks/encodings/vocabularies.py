"""From symbols to token numbers: vocabularies fitted on the training part alone, of a size that networks know before.

Numbers 0, 1 and 2 are padding, start and end (`impls.spec.tokens`), 3 is every symbol that the vocabulary lacks, and
the symbols follow, the most frequent first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.kinds import TaskError
from impls import Array
from impls.spec.tokens import FIRST_SYMBOL, PADDING

#: Stands for what is not in the vocabulary.
UNKNOWN = FIRST_SYMBOL

#: What readers see in place of the reserved numbers.
RESERVED = ("<padding>", "<start>", "<end>", "<unknown>")


class Vocabulary:
    """Symbols and their numbers."""

    def __init__(self, symbols: Sequence[str]) -> None:
        """Number the symbols in the order given, after the reserved ones."""
        self.symbols = (*RESERVED, *symbols)
        self._numbers = {symbol: number for number, symbol in enumerate(self.symbols)}

    def numbers(self, sequence: Iterable[str]) -> list[int]:
        """The number of each symbol."""
        return [self._numbers.get(symbol, UNKNOWN) for symbol in sequence]


def fit_vocabulary(sequences: Iterable[Iterable[str]], size: int, *, drop_rare: bool = False) -> Vocabulary:
    """The vocabulary of the training part.

    Args:
        sequences: the symbols, sequence by sequence.
        size: how many numbers the networks know, the reserved ones included.
        drop_rare: keep the most frequent symbols that there is room for; otherwise all of them have to fit.

    Raises:
        TaskError: there are more symbols than there is room for.
    """
    counts: Counter[str] = Counter()
    for sequence in sequences:
        counts.update(sequence)
    room = size - len(RESERVED)
    if len(counts) > room and not drop_rare:
        raise TaskError(
            f"the training part has {len(counts)} symbols, a vocabulary of {size} has room for {room} beside the "
            f"reserved ones; give a vocabulary of {len(counts) + len(RESERVED)}"
        )
    # By frequency, then by name: the order of equally frequent ones must not hang on the order of the examples.
    ranked = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
    return Vocabulary(ranked[:room])


def padded(sequences: Sequence[Sequence[int]], length: int) -> Array:
    """Sequences of numbers, cut or filled up with padding at their end to (sequences, length), int32."""
    rows = np.full((len(sequences), length), PADDING, np.int32)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = sequence[:length]
    return rows

"""Sequences of tokens: the numbers that every vocabulary reserves, and the parts of the inputs that hold a sequence."""

from typing import NamedTuple

#: Fills a sequence up to its length, at its end; it is not attended to, and its losses are not counted.
PADDING = 0
#: What a decoder is given first.
START = 1
#: What a decoder says last.
END = 2
#: The first number of a vocabulary's own symbols.
FIRST_SYMBOL = 3


class Field(NamedTuple):
    """A part of the inputs that holds one sequence of tokens."""

    #: Positions, padding included.
    length: int
    #: Tokens are 0 to `vocabulary` - 1.
    vocabulary: int

"""What is stored of looks into a trained network: texts and words that it wrote, attention, gradients."""

from typing import Self

from pydantic import model_validator

from benchmarks.records.bounds import Figure
from benchmarks.records.cells import Frozen


class GeneratedText(Frozen):
    """What a language model wrote."""

    #: Logits were divided by it before a token was drawn.
    temperature: Figure
    #: What it was given.
    prompt: str
    #: What it wrote after that.
    text: str


class DecodedWord(Frozen):
    """What an encoder-decoder made of a held-out source."""

    source: str
    #: All right answers.
    references: tuple[str, ...]
    decoded: str


class AttentionMap(Frozen):
    """How much each token of the source weighed for each token of a decoded target, the end token included."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    #: A row for each target token, a column for each source token; each row sums to 1, but for rounding.
    weights: tuple[tuple[Figure, ...], ...]

    @model_validator(mode="after")
    def _is_a_matrix(self) -> Self:
        shape = {len(row) for row in self.weights}
        if not self.source or len(self.weights) != len(self.target) or shape != {len(self.source)}:
            raise ValueError("attention needs a row for each target token and a column for each source token")
        return self


class HiddenGradients(Frozen):
    """The loss's gradient with respect to the last layer's state at each position: its norm, mean over examples."""

    #: Of the starting weights, and of the trained ones; one figure a position, the first one first.
    start: tuple[float, ...]
    end: tuple[float, ...]

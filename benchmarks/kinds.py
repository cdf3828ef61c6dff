"""The kinds of question that a task can ask, on which metrics, splits and records depend."""

from typing import Literal, TypeAlias

from impls.errors import ThreefoldError

#: What is predicted: a class; a number; the next values of a series; the next character of a text; another sequence for
#: a given one (grapheme to phoneme); tokens seen long ago, at those positions where there is a target.
ProblemKind: TypeAlias = Literal[
    "classification", "regression", "forecasting", "language model", "transduction", "recall"
]

#: Kinds whose examples have an order in time: what is held out is the end, not a random part.
ORDERED: tuple[ProblemKind, ...] = ("forecasting", "language model")

#: Kinds that are answered by a token at every position.
TOKEN_KINDS: tuple[ProblemKind, ...] = ("language model", "recall")


class TaskError(ThreefoldError):
    """A task is unknown, or cannot be evaluated as asked."""

"""What is stored of a hyperparameter search: every trial of every outer split."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from benchmarks.records.bounds import Figure, Metric, Seconds, Whole
from benchmarks.records.frozen import Frozen

#: How trials are chosen: tree-structured Parzen estimators (Bergstra et al. 2011), at random, or one of a grid each.
Method = Literal["tpe", "random", "grid"]
METHODS: tuple[Method, ...] = ("tpe", "random", "grid")
#: Of a suite file: no text is read as one.
Number = Annotated[Figure, Field(strict=True)]


class SearchAxis(Frozen):
    """A hyperparameter: the range, or the values, that a search takes it from."""

    #: A range, both ends included; None where there are `choices`.
    low: Number | None = None
    high: Number | None = None
    #: Whether it is sampled uniformly in its logarithm.
    logarithmic: bool = False
    #: All values, of which one is taken.
    choices: Annotated[tuple[Number, ...], Field(max_length=100)] = ()
    #: Values of a range that a grid takes; of choices it takes all.
    grid: Annotated[tuple[Number, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if bool(self.choices) == (self.low is not None and self.high is not None):
            raise ValueError("give either low and high, or choices")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        if self.logarithmic and any(value is not None and value <= 0 for value in (self.low, *self.points)):
            raise ValueError("values of a logarithmic axis are above 0")
        return self

    @property
    def points(self) -> Sequence[float]:
        """What a grid takes."""
        return self.choices or self.grid


class SearchTrial(Frozen):
    """One training with the hyperparameters that were suggested."""

    values: Mapping[str, Figure]
    #: The principal metric on the validation part, by which the search chooses, and on the test part, which it does
    #: not see; None for one that failed.
    validation: Metric | None
    test: Metric | None
    train_seconds: Seconds
    #: Why it has no metrics: "diverged: …".
    reason: str | None = None


class Search(Frozen):
    """All trials on one outer split, in the order in which they were made."""

    seed: Whole
    fold: Whole
    train_examples: Whole
    validation_examples: Whole
    test_examples: Whole
    trials: tuple[SearchTrial, ...]
    #: Hyperparameter -> its share of the variance of the validation metric, by functional ANOVA (Hutter et al. 2014)
    #: as Optuna has it; empty where the trials say nothing.
    importances: Mapping[str, Figure]


class TuningResult(Frozen):
    """A search on each outer split: nested cross-validation."""

    kind: Literal["tuning"] = "tuning"
    metric: str
    searches: tuple[Search, ...]


#: Name of an override -> where its values are taken from.
Space = Annotated[Mapping[str, SearchAxis], Field(min_length=1, max_length=10)]


def grid_size(space: Mapping[str, SearchAxis]) -> int:
    """Points of the grid over all axes."""
    size = 1
    for axis in space.values():
        size *= len(axis.points)
    return size


def plain(value: float) -> Any:
    """Whole numbers as such: batch sizes and epochs are counted."""
    return int(value) if float(value).is_integer() and value >= 1 else value

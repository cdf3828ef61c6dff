"""A cell: the smallest piece of a run that is done or missing, and everything that determines its result."""

import hashlib
import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from benchmarks.records.bounds import PositiveFigure, Share, Whole
from benchmarks.records.frozen import Frozen as Frozen
from benchmarks.records.tuning import Method, Space

#: The implementation with which all others are compared.
REFERENCE = "numpy"


def _is_none(value: object) -> bool:
    return value is None


class Variant(Frozen):
    """Named changes of a task's recipe; the cell's settings are the recipe's with these changes made."""

    #: The label of the recipe that is changed.
    recipe: str
    name: str
    #: Field of the recipe, of its `Training` or of its architecture -> value, as declared; a tuple is a list here.
    overrides: Mapping[str, Any]

    @property
    def label(self) -> str:
        """By which the changed network is known among those of its task: `mlp:sgd`."""
        return f"{self.recipe}:{self.name}"


class Place(Frozen):
    """What every cell says: which network, done by what, where."""

    task: str
    #: The label of the task's recipe (`lstm`), of a variant of it (`lstm:sgd`), or of its baseline (`linear`).
    architecture: str
    #: What a suite changes of the recipe; None, and not written, where it is trained as the task declares it.
    variant: Variant | None = Field(default=None, exclude_if=_is_none)
    #: The architecture's and the recipe's settings, as they were, and the name of the network's folder.
    settings: Mapping[str, Any]
    implementation: str
    device: str
    dtype: str
    threads: Whole

    @property
    def network(self) -> str:
        """Name of the architecture's folder (`recurrent`); records of before there were labels call it by that name."""
        return str(self.settings.get("network", self.architecture))


class AccuracyCell(Place):
    """Cross-validation (or the published split) of one network by one implementation: all folds, all seeds."""

    kind: Literal["accuracy"] = "accuracy"
    #: 1 for a data set that comes with a test part, or a task that holds one out.
    folds: Whole
    seeds: tuple[Whole, ...]
    epochs: Whole
    batch_size: Whole
    # What follows is written only where it is set, so that cells of before keep their keys.
    #: Training examples of each split, a seeded sample of its training part; None is all of them.
    train_examples: Whole | None = Field(default=None, exclude_if=_is_none)
    #: This share of each training part is set aside, not trained on, and evaluated after the last epoch; None is none.
    validation_share: Share | None = Field(default=None, exclude_if=_is_none)
    #: Whether metrics are taken of the examples trained on too, after the last epoch.
    training_metrics: bool = Field(default=False, exclude_if=operator.not_)
    #: Whether gradients against the lag are taken of each seed's first training; else of the first training alone.
    gradients_of_all_seeds: bool = Field(default=False, exclude_if=operator.not_)
    #: Whether a linear classifier is fitted on each layer's features, after each seed's first training.
    probes: bool = Field(default=False, exclude_if=operator.not_)

    @property
    def is_baseline(self) -> bool:
        """Whether it is one of the task's baselines, which are fitted and not trained by epochs."""
        return self.epochs == 0


class TuningCell(Place):
    """A search for hyperparameters on each outer split of each seed: nested cross-validation."""

    kind: Literal["tuning"] = "tuning"
    method: Method
    #: Trainings of each search.
    trials: Whole
    space: Space
    folds: Whole
    seeds: tuple[Whole, ...]
    #: Of the recipe, where the search leaves them as they are.
    epochs: Whole
    batch_size: Whole
    #: As an accuracy's; the search chooses on the validation part.
    train_examples: Whole | None = Field(default=None, exclude_if=_is_none)
    validation_share: Share


class TimingCell(Place):
    """One process launch of the timing of train step, epoch and inference."""

    kind: Literal["timing"] = "timing"
    launch: Whole
    #: Of the cross-validation whose first training part gives the examples.
    folds: Whole
    #: For train step and prediction; the epoch takes the recipe's own batch size.
    batch_sizes: tuple[Whole, ...]
    epoch_batch_size: Whole
    #: Seconds of measuring that each operation is given.
    budget_s: PositiveFigure


class CertificateCell(Place):
    """The equivalence of one implementation with the reference, for one network.

    Where both are the same, what the reference must keep by itself.
    """

    kind: Literal["certificate"] = "certificate"
    reference: str = REFERENCE
    #: Batch sizes at which the network is trained and timed, at which it is compared too.
    sizes: tuple[Whole, ...] = ()


class PeakCell(Frozen):
    """The machine's own matrix-product rate, by which `share_of_peak` is computed."""

    kind: Literal["peak"] = "peak"
    device: str
    dtype: str
    threads: Whole


Cell: TypeAlias = Annotated[
    AccuracyCell | TuningCell | TimingCell | CertificateCell | PeakCell, Field(discriminator="kind")
]


@dataclass(frozen=True)
class Planned:
    """A cell and its key: the same key means that nothing has changed on which its result depends."""

    cell: Cell
    key: str


def cell_key(cell: Cell, environment: Mapping[str, str]) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the cell and of the versions, sources and data behind it."""
    content = json.dumps([cell.model_dump(mode="json"), dict(environment)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def cell_title(cell: Cell) -> str:
    """What people read while it runs: `accuracy digits mlp torch cpu`."""
    if isinstance(cell, PeakCell):
        return f"peak {cell.device} {cell.dtype}"
    title = f"{cell.kind} {cell.task} {cell.architecture} {cell.implementation} {cell.device}"
    if isinstance(cell, TuningCell):
        return f"{title} {cell.method}"
    return f"{title} launch {cell.launch}" if isinstance(cell, TimingCell) else title

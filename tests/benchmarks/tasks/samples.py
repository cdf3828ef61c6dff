"""A small task on made data, with its data set."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.datasets import Data, Dataset
from benchmarks.datasets.sources.content import content_sha256
from benchmarks.datasets.sources.ways import InPackage
from benchmarks.kinds import ProblemKind
from benchmarks.tasks import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION, RIDGE_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from benchmarks.tasks.split import Split
from impls import Training
from impls.mlp import MLP

EXAMPLES, FEATURES, CLASSES = 60, 3, 3


@dataclass
class Made:
    """Made data, and how often it has been loaded."""

    data: Data
    loads: list[None] = field(default_factory=list)

    def dataset(self) -> Dataset:
        return Dataset(
            name="made",
            title="Made",
            kind="images" if np.ndim(self.data.inputs) == 4 else "table",
            examples=len(self.data.targets),
            shape=self.data.inputs.shape[1:],
            source="https://example.org/made",
            licence="CC0",
            citation="A. Nobody. Nothing. 2026.",
            size_bytes=1,
            sha256=content_sha256(self.data.inputs, self.data.targets),
            ways=(InPackage("numpy", "numpy"),),
            parse=self._load,
            test_examples=self.data.test_examples,
        )

    def _load(self, _: object) -> Data:
        self.loads.append(None)
        return self.data


def made_table(kind: str) -> Made:
    generator = np.random.default_rng(0)
    inputs = generator.normal(5.0, 3.0, (EXAMPLES, FEATURES))
    if kind == "regression":
        return Made(Data(inputs, generator.normal(100.0, 20.0, (EXAMPLES, 1))))
    targets = np.repeat(np.arange(CLASSES), (30, 20, 10))
    return Made(Data(inputs + targets[:, np.newaxis], targets, classes=("a", "b", "c")))


def made_images(test_examples: int = 0) -> Made:
    generator = np.random.default_rng(0)
    targets = np.arange(EXAMPLES) % CLASSES
    return Made(Data(generator.integers(0, 256, (EXAMPLES, 2, 2, 1), np.uint8), targets, test_examples))


def made_task(kind: ProblemKind = "classification", **changes: Any) -> Task:
    regression = kind == "regression"
    fields: dict[str, Any] = {
        "name": "made-task",
        "title": "Made",
        "dataset": "made",
        "kind": kind,
        "metrics": ("r2",) if kind in ("regression", "forecasting") else ("accuracy",),
        "recipes": {"mlp": Recipe(MLP(FEATURES, (4,), 1 if regression else CLASSES), Training(), 8, 1)},
        "baselines": {"linear": RIDGE_REGRESSION if regression else LOGISTIC_REGRESSION},
        "preprocessing": standard_scaler,
        "standardize_targets": regression,
    }
    return Task(**(fields | changes))


FOLDS = 5
IMAGE_TASK = made_task(preprocessing=None, pixel_maximum=255)


def numbered(kind: str = "regression") -> Made:
    """Every example's first feature is its own number, so that it can be found again in a split."""
    made = made_table(kind)
    inputs = np.asarray(made.data.inputs)
    inputs[:, 0] = np.arange(EXAMPLES)
    return Made(Data(inputs, made.data.targets, classes=made.data.classes))


def rows(split: Split, made: Made) -> tuple[list[int], list[int]]:
    """The training and the test rows of a split of a numbered regression task, found by their targets."""
    of_target = {target: row for row, target in enumerate(made.data.targets[:, 0])}
    train = split.train_targets[:, 0] * split.target_scale + split.target_mean
    nearest = [int(np.abs(made.data.targets[:, 0] - target).argmin()) for target in train]
    return nearest, [of_target[target] for target in split.test_targets[:, 0]]

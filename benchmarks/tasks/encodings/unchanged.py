"""Data that networks read as they are: made sequences of numbers in a known range, or of tokens."""

from dataclasses import dataclass

import numpy as np

from benchmarks.tasks.base import Part
from impls import Array


@dataclass(frozen=True)
class Unchanged:
    """Nothing is fitted and nothing scaled."""

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        return {
            "train_inputs": np.asarray(train.inputs),
            "train_targets": train.targets,
            "test_inputs": np.asarray(test.inputs),
            "test_targets": test.targets,
        }

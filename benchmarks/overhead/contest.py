"""The networks and the data that all contenders train on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from impls import Architecture, Array, Training
from impls.cnn import CNN
from impls.mlp import MLP

BATCH_SIZE = 64
#: Batches of an epoch, which is one turn.
STEPS = 64
TRAINING = Training(optimizer="adam", learning_rate=1e-3)


class Examples(NamedTuple):
    """Random images with random classes: speed does not depend on what they show."""

    images: Array
    classes: Array


@dataclass(frozen=True)
class Contest:
    """One network, in our words; the idiomatic loops spell it out again in their frameworks'."""

    name: str
    architecture: Architecture


CONTESTS = {
    "mlp": Contest("mlp 784-256-128-10", MLP(inputs=784, hidden=(256, 128), outputs=10)),
    "cnn": Contest("cnn 16-32 3x3 on 28x28", CNN(inputs=(28, 28, 1), channels=(16, 32), outputs=10)),
}


def examples(contest: Contest) -> Examples:
    """Images (STEPS · BATCH_SIZE, *input_shape), float32, and classes, int64."""
    generator = np.random.default_rng(0)
    count = STEPS * BATCH_SIZE
    images = generator.random((count, *contest.architecture.input_shape), dtype=np.float32)
    return Examples(images, generator.integers(0, 10, count))

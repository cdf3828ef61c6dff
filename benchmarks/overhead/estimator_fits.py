"""A process of `benchmarks.overhead.estimators`: fits in turns, with processor time and accuracy."""

import json
import random
import sys
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from benchmarks.datasets import dataset as find_dataset
from impls.estimators import NetworkClassifier
from impls.protocol import Array

OURS = "ours"
#: What scikit-learn computes in, which is what its data are given in.
THEIRS = {"float64": np.float64, "float32": np.float32}
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Contest:
    """One network on one data set, with the same recipe for both."""

    dataset: str
    #: Largest value of a pixel: inputs are scaled to 0 to 1.
    largest: float
    hidden: tuple[int, ...]
    batch_size: int
    epochs: int

    @property
    def title(self) -> str:
        """As it stands in the table."""
        widths = "-".join(map(str, self.hidden))
        return f"{self.dataset}, {widths}, batches of {self.batch_size}, {self.epochs} epochs"


CONTESTS = {
    "digits": Contest("digits", 16.0, (100,), 200, 60),
    "digits-small-batches": Contest("digits", 16.0, (128, 64), 32, 20),
    "mnist-5k": Contest("mnist-5k", 255.0, (256, 128), 64, 10),
}


def main(seed: str, rounds: str, *contests: str) -> None:
    """Print all fits as JSON, in random order of the contenders in each round."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is given
    shuffle = random.Random(int(seed)).shuffle
    fits = []
    for name in contests:
        inputs, targets = _examples(CONTESTS[name])
        for number in range(int(rounds)):
            parts = train_test_split(inputs, targets, test_size=0.25, stratify=targets, random_state=number)
            contenders = [OURS, *THEIRS]
            shuffle(contenders)
            fits += [_fit(name, contender, number, 1000 * int(seed) + number, parts) for contender in contenders]
    print(json.dumps(fits))


def _examples(contest: Contest) -> tuple[Array, Array]:
    data = find_dataset(contest.dataset).load()
    inputs = np.asarray(data.inputs, dtype=np.float64).reshape(len(data.targets), -1) / contest.largest
    return inputs, data.targets


def _fit(name: str, contender: str, number: int, seed: int, parts: list[Array]) -> dict[str, Any]:
    train, test, train_targets, test_targets = parts
    dtype = THEIRS.get(contender, np.float64)
    train, test = train.astype(dtype), test.astype(dtype)
    estimator = _estimator(CONTESTS[name], contender, seed)
    began = time.process_time()
    estimator.fit(train, train_targets)
    seconds = time.process_time() - began
    accuracy = float((estimator.predict(test) == test_targets).mean())
    return {
        "contest": name, "contender": contender, "round": number, "processor_seconds": seconds, "accuracy": accuracy,
    }  # fmt: skip


def _estimator(contest: Contest, contender: str, seed: int) -> Any:
    if contender == OURS:
        return NetworkClassifier(
            hidden=contest.hidden,
            implementation="numpy",
            optimizer="adam",
            learning_rate=LEARNING_RATE,
            batch_size=contest.batch_size,
            epochs=contest.epochs,
            random_state=seed,
        )
    return MLPClassifier(
        contest.hidden,
        solver="adam",
        learning_rate_init=LEARNING_RATE,
        batch_size=contest.batch_size,
        max_iter=contest.epochs,
        # No penalty, and no end before the last epoch.
        alpha=0.0,
        tol=0.0,
        n_iter_no_change=contest.epochs + 1,
        random_state=seed,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

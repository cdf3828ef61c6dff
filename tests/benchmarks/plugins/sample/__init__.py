"""A plug-in: a data set, a task, a metric, a claim, and an architecture in three implementations."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, Generated
from benchmarks.metrics.base import declare
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.mlp import MLP
from report.claims.base import Claim
from report.claims.tables import beside_baselines, is_linear

from .shallow.architecture import Shallow


@declare("worst class recall", "classification", higher_is_better=True, lowest=0.0, highest=1.0, percent=True)
def worst_recall(targets, logits):
    """The recall of the class that is recognized least."""
    hits = logits.argmax(axis=1) == targets
    return float(min(hits[targets == number].mean() for number in np.unique(targets)))


def _parse(_: Files) -> Data:
    generator = np.random.default_rng(0)
    targets = np.repeat(np.arange(3), 30)
    centres = np.array([[0.0, 3.0, 0.0, 1.0], [3.0, 0.0, 0.0, 1.0], [0.0, 0.0, 3.0, 1.0]])
    return Data(
        centres[targets] + generator.standard_normal((90, 4)), targets.astype(np.int64), classes=("a", "b", "c")
    )


DATASET = Dataset(
    name="three-clouds",
    title="Three clouds",
    kind="table",
    examples=90,
    shape=(4,),
    source="made by the plug-in",
    licence="CC0",
    citation="none",
    size_bytes=0,
    sha256="116aa9f43574cbc85e489d5c5108da8eaf407b52afe66a58a68d70d99e10510d",
    ways=(Generated(),),
    parse=_parse,
)

TRAINING = Training(optimizer="adam", learning_rate=1e-2)
TASK = Task(
    name="three-clouds",
    title="Three clouds: which one",
    dataset="three-clouds",
    kind="classification",
    metrics=("accuracy", "worst_recall"),
    recipes={
        "shallow": Recipe(Shallow(inputs=4, units=8, outputs=3), TRAINING, batch_size=16, epochs=30),
        "mlp": Recipe(MLP(inputs=4, hidden=(8,), outputs=3), TRAINING, batch_size=16, epochs=30),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    preprocessing=standard_scaler,
)
CLAIM = Claim(
    name="clouds-mlp",
    sentence="On the three clouds a perceptron is no worse than a linear model",
    topic="networks",
    asks="not behind",
    contrasts=beside_baselines(is_linear),
    method="As on other tables.",
    decided_by="this plug-in's suite",
)
ARCHITECTURE = Shallow
METRIC = worst_recall

"""Digits: which digit an 8×8 image shows."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import BOOSTED_CLASSIFICATION, LOGISTIC_REGRESSION
from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP

TASK = Task(
    name="digits",
    title="Digits: 8×8 images",
    dataset="digits",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=64, hidden=(128, 64), outputs=10),
            Training(optimizer="adam", learning_rate=2e-3),
            batch_size=64,
            epochs=20,
        ),
        "cnn": Recipe(
            CNN(inputs=(8, 8, 1), channels=(16, 32), outputs=10),
            Training(optimizer="adam", learning_rate=5e-3),
            batch_size=64,
            epochs=15,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    further_baselines={"gradient-boosting": BOOSTED_CLASSIFICATION},
    pixel_maximum=16,
)

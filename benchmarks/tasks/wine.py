"""Wine: which of three growers, from 13 chemical measurements."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import BOOSTED_CLASSIFICATION, LOGISTIC_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.mlp import MLP

TASK = Task(
    name="wine",
    title="Wine: which of three growers",
    dataset="wine",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=13, hidden=(32, 16), outputs=3, activation="tanh"),
            Training(optimizer="adam", learning_rate=3e-3, weight_decay=0.1),
            batch_size=16,
            epochs=20,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    further_baselines={"gradient-boosting": BOOSTED_CLASSIFICATION},
    preprocessing=standard_scaler,
)

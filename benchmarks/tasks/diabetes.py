"""Diabetes: how far the disease has gone a year later, from ten measurements."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import BOOSTED_REGRESSION, RIDGE_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.mlp import MLP

TASK = Task(
    name="diabetes",
    title="Diabetes: progression after a year",
    dataset="diabetes",
    kind="regression",
    metrics=("r2", "rmse", "mae"),
    recipes={
        # 442 examples: a small smooth net, few epochs and strong decay, or it learns the noise.
        "mlp": Recipe(
            MLP(inputs=10, hidden=(32, 16), outputs=1, activation="tanh"),
            Training(optimizer="adam", learning_rate=1e-3, loss="mean_squared_error", weight_decay=1.0),
            batch_size=32,
            epochs=15,
        ),
    },
    baselines={"linear": RIDGE_REGRESSION},
    further_baselines={"gradient-boosting": BOOSTED_REGRESSION},
    preprocessing=standard_scaler,
    standardize_targets=True,
)

"""Breast cancer: benign or malignant, from 30 measurements."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import BOOSTED_CLASSIFICATION, LOGISTIC_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.mlp import MLP

TASK = Task(
    name="breast-cancer",
    title="Breast cancer: malignant or benign",
    dataset="breast-cancer",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=30, hidden=(32, 16), outputs=2),
            Training(optimizer="adam", learning_rate=3e-3, weight_decay=0.3),
            batch_size=32,
            epochs=15,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    further_baselines={"gradient-boosting": BOOSTED_CLASSIFICATION},
    preprocessing=standard_scaler,
)

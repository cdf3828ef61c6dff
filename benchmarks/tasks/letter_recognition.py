"""Letter recognition: which capital letter, from 16 measures of its shape."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.mlp import MLP

TASK = Task(
    name="letter-recognition",
    title="Letter recognition: 26 capital letters",
    dataset="letter-recognition",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=16, hidden=(128, 64), outputs=26),
            Training(optimizer="adam", learning_rate=2e-3),
            batch_size=128,
            epochs=15,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    preprocessing=standard_scaler,
)

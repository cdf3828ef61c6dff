"""Adult: who earns more than 50,000 dollars a year, from 14 attributes of persons, eight of them categories."""

from functools import partial

from benchmarks.datasets.adult import CATEGORIES
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import LOGISTIC_REGRESSION
from benchmarks.tasks.encodings.transformers import mixed_columns
from impls import Training
from impls.mlp import MLP

#: Six numeric columns, and one for each category.
INPUTS = 6 + sum(map(len, CATEGORIES.values()))

TASK = Task(
    name="adult",
    title="Adult: income above 50,000 dollars",
    dataset="adult",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=INPUTS, hidden=(64, 32), outputs=2),
            Training(optimizer="adam", learning_rate=1e-3, weight_decay=0.01),
            batch_size=256,
            epochs=6,
        ),
    },
    baselines={"linear": LOGISTIC_REGRESSION},
    preprocessing=partial(mixed_columns, CATEGORIES),
)

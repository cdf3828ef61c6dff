"""Diamonds: the price in dollars, from weight, three grades and measures.

The raw price, not its logarithm, is learned: on the logarithm a linear model is nearly as good as any network.
"""

from functools import partial

from benchmarks.datasets.diamonds import CATEGORIES
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import RIDGE_REGRESSION
from benchmarks.tasks.encodings.transformers import mixed_columns
from impls import Training
from impls.mlp import MLP

#: Six numeric columns, and one for each grade.
INPUTS = 6 + sum(map(len, CATEGORIES.values()))

TASK = Task(
    name="diamonds",
    title="Diamonds: price in US dollars",
    dataset="diamonds",
    kind="regression",
    metrics=("r2", "rmse", "mae"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=INPUTS, hidden=(64, 32), outputs=1),
            Training(optimizer="adam", learning_rate=2e-3, loss="mean_squared_error"),
            batch_size=256,
            epochs=15,
        ),
    },
    baselines={"linear": RIDGE_REGRESSION},
    preprocessing=partial(mixed_columns, CATEGORIES),
    standardize_targets=True,
)

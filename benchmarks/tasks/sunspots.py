"""Sunspots: next year's number from two cycles, and the next twelve months' numbers from one.

The recipes for months were chosen on a validation part of the training data: `results/tuning/sunspots-monthly.jsonl`.
Left alone, these networks learn the noise of the training part within a few epochs, and lose to an autoregression.
"""

from dataclasses import replace

from benchmarks.tasks.base import Baseline, Recipe, Task
from benchmarks.tasks.baselines.estimators import RIDGE_REGRESSION
from benchmarks.tasks.baselines.naive import NaiveForecast, SeasonalNaiveForecast
from benchmarks.tasks.encodings.series import SeriesWindows
from impls import Training
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import RecurrentCell

TRAINING = Training(optimizer="adam", learning_rate=3e-3, loss="mean_squared_error", clip_norm=1.0)
#: The linear one is an autoregression: what has to be beaten by whatever is not linear in a cycle.
BASELINES: dict[str, Baseline] = {
    "naive": NaiveForecast(),
    "seasonal-naive": SeasonalNaiveForecast(),
    "linear": RIDGE_REGRESSION,
}


def _recurrent(cell: RecurrentCell, length: int, horizon: int) -> Recurrent:
    return Recurrent(length=length, features=1, cell=cell, units=(32,), outputs=horizon)


def _monthly(length: int, horizon: int) -> dict[str, Recipe]:
    perceptron = MLP(inputs=length, hidden=(64,), outputs=horizon, activation="tanh")
    decaying = replace(TRAINING, optimizer="adamw", learning_rate=1e-3, weight_decay=4.0)
    slow = replace(TRAINING, learning_rate=1e-3)
    return {
        "mlp": Recipe(perceptron, decaying, batch_size=32, epochs=9),
        "rnn": Recipe(_recurrent("rnn", length, horizon), slow, batch_size=32, epochs=9),
        "lstm": Recipe(_recurrent("lstm", length, horizon), TRAINING, batch_size=32, epochs=9),
    }


TASKS = (
    Task(
        name="sunspots",
        title="Sunspots: next year's number",
        dataset="sunspots",
        kind="forecasting",
        metrics=("rmse", "mae", "r2"),
        # Small enough for a first look in seconds, for which one network is enough.
        recipes={"lstm": Recipe(_recurrent("lstm", length=22, horizon=1), TRAINING, batch_size=16, epochs=30)},
        baselines=BASELINES,
        # A cycle is eleven years long.
        encoding=SeriesWindows(length=22, horizon=1, season=11),
    ),
    Task(
        name="sunspots-monthly",
        title="Sunspots: the next twelve months' numbers",
        dataset="sunspots-monthly",
        kind="forecasting",
        metrics=("rmse", "mae", "r2"),
        recipes=_monthly(length=132, horizon=12),
        baselines=BASELINES,
        encoding=SeriesWindows(length=132, horizon=12, season=132),
    ),
)

"""Electricity demand of England and Wales: the next day's forty-eight half-hours, from the week before."""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.naive import NaiveForecast, SeasonalNaiveForecast
from benchmarks.tasks.encodings.series import SeriesWindows
from impls import Training
from impls.mlp import MLP
from impls.recurrent import Recurrent

DAY, WEEK = 48, 7 * 48
TRAINING = Training(optimizer="adam", learning_rate=3e-3, loss="mean_squared_error", clip_norm=1.0)

TASK = Task(
    name="electricity-demand",
    title="Electricity demand: the next day",
    dataset="electricity-demand",
    kind="forecasting",
    metrics=("rmse", "mae", "r2"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=WEEK, hidden=(64,), outputs=DAY, activation="tanh"), TRAINING, batch_size=32, epochs=40
        ),
        "rnn": Recipe(
            Recurrent(length=WEEK, features=1, cell="rnn", units=(48,), outputs=DAY), TRAINING, batch_size=32, epochs=20
        ),
        "lstm": Recipe(
            Recurrent(length=WEEK, features=1, cell="lstm", units=(48,), outputs=DAY),
            TRAINING,
            batch_size=32,
            epochs=20,
        ),
    },
    baselines={"naive": NaiveForecast(), "seasonal-naive": SeasonalNaiveForecast()},
    # As it was a week before. Windows that begin at every second half-hour tell nearly as much in half the time.
    encoding=SeriesWindows(length=WEEK, horizon=DAY, season=WEEK, stride=2),
)

#: The last of the windows alone, and the network that learns most in a second.
TASKS = (TASK.shortened(700, recipes={"mlp": TASK.recipes["mlp"]}),)

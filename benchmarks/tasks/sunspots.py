"""Sunspots: next year's number from two cycles, and the next twelve months' numbers from one."""

from benchmarks.tasks.base import Baseline, Recipe, Task
from benchmarks.tasks.baselines.estimators import RIDGE_REGRESSION
from benchmarks.tasks.baselines.naive import NaiveForecast, SeasonalNaiveForecast
from benchmarks.tasks.encodings.series import SeriesWindows
from impls import Training
from impls.mlp import MLP
from impls.recurrent import Recurrent

TRAINING = Training(optimizer="adam", learning_rate=3e-3, loss="mean_squared_error", clip_norm=1.0)
#: The linear one is an autoregression: what has to be beaten by whatever is not linear in a cycle.
BASELINES: dict[str, Baseline] = {
    "naive": NaiveForecast(),
    "seasonal-naive": SeasonalNaiveForecast(),
    "linear": RIDGE_REGRESSION,
}


def _recipes(length: int, horizon: int, batch_size: int, epochs: int) -> dict[str, Recipe]:
    networks = {
        "mlp": MLP(inputs=length, hidden=(32,), outputs=horizon, activation="tanh"),
        "rnn": Recurrent(length=length, features=1, cell="rnn", units=(32,), outputs=horizon),
        "lstm": Recurrent(length=length, features=1, cell="lstm", units=(32,), outputs=horizon),
    }
    return {label: Recipe(network, TRAINING, batch_size, epochs) for label, network in networks.items()}


TASKS = (
    Task(
        name="sunspots",
        title="Sunspots: next year's number",
        dataset="sunspots",
        kind="forecasting",
        metrics=("rmse", "mae", "r2"),
        # Small enough for a first look in seconds, for which one network is enough.
        recipes={"lstm": _recipes(length=22, horizon=1, batch_size=16, epochs=30)["lstm"]},
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
        recipes=_recipes(length=132, horizon=12, batch_size=32, epochs=15),
        baselines=BASELINES,
        encoding=SeriesWindows(length=132, horizon=12, season=132),
    ),
)

"""The adding problem at several lengths: whether a network can carry a number past many others."""

from dataclasses import replace

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.naive import Mean
from benchmarks.tasks.encodings.unchanged import Unchanged
from impls import Training
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import CELLS

TRAINING = Training(optimizer="adam", learning_rate=5e-3, loss="mean_squared_error", clip_norm=1.0)


def _task(steps: int, epochs: int) -> Task:
    networks = {cell: Recurrent(length=steps, features=2, cell=cell, units=(64,), outputs=1) for cell in CELLS}
    return Task(
        name=f"adding-problem-{steps}",
        title=f"Adding problem, {steps} steps",
        dataset=f"adding-problem-{steps}",
        kind="regression",
        metrics=("rmse", "mae", "r2"),
        recipes={label: Recipe(network, TRAINING, 50, epochs) for label, network in networks.items()},
        baselines={"mean": Mean()},
        encoding=Unchanged(),
    )


SHORTEST = _task(50, epochs=10)
#: By these a GRU learns it in three epochs over few examples, which an RNN does not.
LARGE_STEPS = replace(TRAINING, learning_rate=1e-2)

#: So short that plain recurrence can still do it.
TINY = _task(20, epochs=10)


def _quick(task: Task) -> Task:
    """The same with a GRU alone, on few examples."""
    return task.shortened(3_000, recipes={"gru": replace(task.recipes["gru"], training=LARGE_STEPS, epochs=3)})


TASKS = (
    _task(10, epochs=10),
    TINY,
    SHORTEST,
    _task(100, epochs=12),
    _task(200, epochs=20),
    _quick(TINY),
    _quick(SHORTEST),
)

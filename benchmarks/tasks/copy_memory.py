"""Copy memory at several lags: ten symbols are shown, and have to be written again after a long blank.

Blank 11 and the sign "now" 12 are read but never written: networks choose among the numbers up to 10.
"""

from dataclasses import replace

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.counting import Guessing
from benchmarks.tasks.encodings.unchanged import Unchanged
from impls import Architecture, Training
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import CELLS
from impls.transformer import Transformer

#: Symbols 3 to 10, blank, "now".
VOCABULARY = 13
#: Shown and written, in addition to the lag.
SYMBOLS = 10
TRAINING = Training(optimizer="adam", learning_rate=3e-3, clip_norm=1.0)
#: For the smallest Transformer, which has learnt it by then in three epochs.
LARGE_STEPS = replace(TRAINING, learning_rate=1e-2)


def _transformer(length: int, width: int, layers: int) -> Transformer:
    return Transformer(
        target_length=length, target_tokens=VOCABULARY, width=width, heads=4, layers=layers, feedforward=2 * width,
        pre_norm=True,
    )  # fmt: skip


def _task(lag: int, epochs: int) -> Task:
    length = lag + 2 * SYMBOLS
    networks: dict[str, Architecture] = {
        cell: Recurrent(
            length=length, tokens=VOCABULARY, embedding=16, cell=cell, units=(96,), pooling=None, outputs=11
        )
        for cell in CELLS
    }
    networks["transformer"] = _transformer(length, width=64, layers=2)
    return Task(
        name=f"copy-memory-{lag}",
        title=f"Copy memory, lag {lag}",
        dataset=f"copy-memory-{lag}",
        kind="recall",
        metrics=("token_accuracy", "token_log_loss"),
        recipes={
            label: Recipe(network, TRAINING, batch_size=64, epochs=5 if label == "transformer" else epochs)
            for label, network in networks.items()
        },
        baselines={"guessing": Guessing()},
        encoding=Unchanged(),
    )


SHORTEST = _task(20, epochs=15)

TASKS = (
    SHORTEST,
    _task(50, epochs=20),
    _task(100, epochs=30),
    SHORTEST.shortened(
        3_000,
        recipes={"transformer": Recipe(_transformer(40, width=32, layers=1), LARGE_STEPS, batch_size=64, epochs=3)},
    ),
)

"""The King James Bible: which character comes next."""

from dataclasses import replace

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.counting import NGrams
from benchmarks.tasks.encodings.texts import TextWindows
from impls import Training
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import RecurrentCell
from impls.transformer import Transformer

#: Symbols with the reserved ones and a few to spare.
VOCABULARY = 72


def _recurrent(cell: RecurrentCell, length: int, units: int, epochs: int, learning_rate: float = 4e-3) -> Recipe:
    return Recipe(
        Recurrent(
            length=length, tokens=VOCABULARY, embedding=32, cell=cell, units=(units,), pooling=None, outputs=VOCABULARY
        ),
        Training(optimizer="adam", learning_rate=learning_rate, clip_norm=1.0),
        batch_size=32,
        epochs=epochs,
    )


def _transformer(length: int, width: int, layers: int, epochs: int) -> Recipe:
    return Recipe(
        Transformer(
            target_length=length, target_tokens=VOCABULARY, width=width, heads=4, layers=layers, feedforward=4 * width,
            activation="gelu", pre_norm=True,
        ),
        Training(optimizer="adam", learning_rate=3e-3, clip_norm=1.0),
        batch_size=32,
        epochs=epochs,
    )  # fmt: skip


TASK = Task(
    name="king-james-bible",
    title="King James Bible: the next character",
    dataset="king-james-bible",
    kind="language model",
    metrics=("bits_per_character",),
    recipes={
        "lstm": _recurrent("lstm", length=64, units=128, epochs=1),
        # Beats the 6-grams on the validation part of `results/tuning/king-james-bible.jsonl`, by which it was chosen.
        "gru": _recurrent("gru", length=64, units=256, epochs=3, learning_rate=3e-3),
        "transformer": _transformer(length=64, width=64, layers=2, epochs=1),
    },
    baselines={f"{order}-gram": NGrams(order) for order in range(1, 7)},
    encoding=TextWindows(length=64, vocabulary=VOCABULARY),
    prompt="And God said",
)

#: Hours: what larger networks reach.
LARGE = replace(
    TASK,
    name="king-james-bible-large",
    title="King James Bible: the next character, larger networks",
    recipes={
        "lstm": _recurrent("lstm", length=128, units=512, epochs=8),
        "transformer": _transformer(length=128, width=256, layers=4, epochs=8),
    },
    encoding=TextWindows(length=128, vocabulary=VOCABULARY),
)

#: For GPUs: windows and networks at which one has work.
LONG = replace(
    TASK,
    name="king-james-bible-long",
    title="King James Bible: the next character, long windows",
    recipes={
        "lstm": _recurrent("lstm", length=256, units=512, epochs=8),
        "transformer": _transformer(length=256, width=512, layers=4, epochs=8),
    },
    encoding=TextWindows(length=256, vocabulary=VOCABULARY),
)

QUICK = TASK.shortened(
    1_000,
    200,
    recipes={
        "transformer": _transformer(length=32, width=48, layers=1, epochs=2),
    },
    encoding=TextWindows(length=32, vocabulary=VOCABULARY),
)

#: For studies: small networks of each kind on short windows, and enough text to see what more of it brings.
SHORT = replace(
    TASK,
    name="king-james-bible-short",
    title="King James Bible: the next character, short windows",
    recipes={
        "lstm": _recurrent("lstm", length=32, units=64, epochs=4),
        "gru": _recurrent("gru", length=32, units=64, epochs=4),
        "transformer": _transformer(length=32, width=48, layers=1, epochs=4),
    },
    encoding=TextWindows(length=32, vocabulary=VOCABULARY),
    train_examples=8_000,
    held_out=200,
)

TASKS = (QUICK, SHORT, LARGE, LONG)

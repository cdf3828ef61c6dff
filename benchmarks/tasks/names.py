"""Names: whether a given name is a woman's or a man's, letter by letter.

Order matters: what a name ends with says more than which letters it has. All spellings of a name (René, Rene) are on
one side of the split.
"""

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.estimators import Estimator, bag_of_characters
from benchmarks.tasks.encodings.texts import Characters
from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import RecurrentCell

LENGTH, VOCABULARY, EMBEDDING = 14, 64, 32
TRAINING = Training(optimizer="adam", learning_rate=2e-3)
#: Learning rate and epochs: gates bear larger steps than the plain state of an RNN.
SCHEDULES: dict[RecurrentCell, tuple[float, int]] = {"rnn": (1e-3, 12), "lstm": (4e-3, 6), "gru": (4e-3, 6)}


def _recurrent(cell: RecurrentCell, units: int = 128) -> Recipe:
    network = Recurrent(length=LENGTH, tokens=VOCABULARY, embedding=EMBEDDING, cell=cell, units=(units,), outputs=2)
    learning_rate, epochs = SCHEDULES[cell]
    return Recipe(network, Training(optimizer="adam", learning_rate=learning_rate), batch_size=64, epochs=epochs)


TASK = Task(
    name="names",
    title="Names: women's or men's",
    dataset="names",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes={
        "mlp": Recipe(
            MLP(inputs=LENGTH, hidden=(128,), outputs=2, tokens=VOCABULARY, embedding=EMBEDDING),
            TRAINING,
            batch_size=128,
            epochs=6,
        ),
        "cnn": Recipe(
            CNN(inputs=(LENGTH, 1, EMBEDDING), channels=(64, 64), hidden=(64,), outputs=2, tokens=VOCABULARY),
            TRAINING,
            batch_size=128,
            epochs=6,
        ),
        "rnn": _recurrent("rnn"),
        "lstm": _recurrent("lstm"),
        "gru": _recurrent("gru"),
    },
    baselines={"character-bag": Estimator(bag_of_characters)},
    encoding=Characters(length=LENGTH, vocabulary=VOCABULARY),
    held_out=7_000,
)

TASKS = (TASK.shortened(6_000, 2_000, recipes={"gru": _recurrent("gru", units=64)}),)

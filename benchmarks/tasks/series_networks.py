"""Tasks of series: networks that read a whole one, with their recipes, and what they have to beat."""

from collections.abc import Mapping

from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.baselines.naive import Majority
from benchmarks.tasks.baselines.series import NEAREST, NEAREST_WARPED, SUMMARY_CLASSIFIER
from benchmarks.tasks.encodings.sequences import ScaledSeries
from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import RecurrentCell
from impls.transformer import Transformer


def series_recipes(
    length: int, channels: int, outputs: int, epochs: int, *, batch_size: int = 16, regression: bool = False
) -> Mapping[str, Recipe]:
    """A perceptron, convolution in time (after Wang, Yan & Oates 2017), LSTM and GRU in both directions, a Transformer.

    Args:
        length: steps.
        channels: as encoded.
        outputs: classes, or 1.
        epochs: of all of them.
        batch_size: of all of them.
        regression: whether a number is predicted.
    """
    training = Training(
        optimizer="adam",
        learning_rate=1e-3,
        loss="mean_squared_error" if regression else "softmax_cross_entropy",
        weight_decay=0.01,
        clip_norm=1.0,
    )

    def recurrent(cell: RecurrentCell) -> Recurrent:
        return Recurrent(
            length=length, features=channels, cell=cell, units=(64,), bidirectional=True, pooling="mean",
            outputs=outputs,
        )  # fmt: skip

    networks = {
        "mlp": MLP(inputs=length * channels, hidden=(128, 64), outputs=outputs, dropout=0.2),
        "cnn": CNN(
            inputs=(length, 1, channels), channels=(64, 64, 64), kernel_size=7, normalization="batch", outputs=outputs,
            pool_size=2, dropout=0.2,
        ),
        "lstm": recurrent("lstm"),
        "gru": recurrent("gru"),
        "transformer": Transformer(
            source_length=length, source_features=channels, outputs=outputs, width=32, heads=4, layers=1,
            feedforward=64, dropout=0.2,
        ),
    }  # fmt: skip
    return {label: Recipe(network, training, batch_size, epochs) for label, network in networks.items()}


def series_classification(
    name: str, title: str, *, length: int, channels: int, classes: int, epochs: int, unequal: bool = False
) -> Task:
    """A task that classifies the series of the data set of its name.

    Args:
        name: of the task and of the data set.
        title: of the task.
        length: steps of the longest series.
        channels: of the data set.
        classes: how many.
        epochs: of all networks.
        unequal: whether series are of different lengths.
    """
    encoding = ScaledSeries(length, marked=unequal)
    return Task(
        name=name,
        title=title,
        dataset=name,
        kind="classification",
        metrics=("accuracy", "macro_f1", "log_loss"),
        recipes=series_recipes(length, encoding.channels(channels), classes, epochs),
        baselines={
            "majority": Majority(),
            "nearest": NEAREST,
            "nearest-warped": NEAREST_WARPED,
            "summaries": SUMMARY_CLASSIFIER,
        },
        encoding=encoding,
    )

"""Networks that classify texts by their words, with their recipes: the same on every data set of texts."""

from collections.abc import Mapping

from benchmarks.tasks.base import Recipe
from impls import Training
from impls.cnn import CNN
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import RecurrentCell
from impls.transformer import Transformer

EMBEDDING = 64


def text_recipes(length: int, vocabulary: int, classes: int, epochs: int) -> Mapping[str, Recipe]:
    """Convolution in time (after Kim 2014), LSTM and GRU in both directions, and a Transformer's encoder.

    Args:
        length: words of a text.
        vocabulary: size of the vocabulary.
        classes: how many.
        epochs: of all of them.
    """
    training = Training(optimizer="adam", learning_rate=5e-4)

    def recurrent(cell: RecurrentCell) -> Recurrent:
        return Recurrent(
            length=length, tokens=vocabulary, embedding=EMBEDDING, cell=cell, units=(64,), bidirectional=True,
            pooling="mean", outputs=classes, dropout=0.5,
        )  # fmt: skip

    networks = {
        # The largest response of each filter over the whole text.
        "cnn": CNN(
            inputs=(length, 1, EMBEDDING), channels=(128,), pool_size=length, outputs=classes, tokens=vocabulary,
            dropout=0.5,
        ),
        "lstm": recurrent("lstm"),
        "gru": recurrent("gru"),
        "transformer": Transformer(
            source_length=length, source_tokens=vocabulary, outputs=classes, width=64, heads=4, layers=1,
            feedforward=128, dropout=0.3,
        ),
    }  # fmt: skip
    return {label: Recipe(network, training, batch_size=32, epochs=epochs) for label, network in networks.items()}

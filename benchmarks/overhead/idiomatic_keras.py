"""The shortest training loop in Keras: `compile` and `fit`, as in its own introduction."""

from collections.abc import Callable
from typing import Any

import keras

from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, TOKENS, Examples


def mlp() -> keras.Model:
    """Dense layers 784-256-128-10."""
    return _sequential(
        "mlp",
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10),
    )


def cnn() -> keras.Model:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    return _sequential(
        "cnn",
        keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(10),
    )


def lstm() -> keras.Model:
    """An LSTM of 128 units over rows of 28 numbers."""
    return _sequential("lstm", keras.layers.LSTM(128), keras.layers.Dense(10))


def gru() -> keras.Model:
    """A GRU of 128 units over rows of 28 numbers."""
    return _sequential("gru", keras.layers.GRU(128), keras.layers.Dense(10))


class TokenAndPositionEmbedding(keras.layers.Layer):
    """As in Keras's own example of text generation with a miniature GPT."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = keras.layers.Embedding(TOKENS, 64)
        self.positions = keras.layers.Embedding(64, 64)

    def call(self, tokens: Any) -> Any:
        """Map tokens (examples, 64) to (examples, 64, 64)."""
        return self.tokens(tokens) + self.positions(keras.ops.arange(64))


def transformer() -> keras.Model:
    """Two Transformer layers of width 64 with 4 heads over 64 tokens."""
    tokens = keras.Input((64,), dtype="int64")
    features = TokenAndPositionEmbedding()(tokens)
    for _ in range(2):
        attended = keras.layers.MultiHeadAttention(4, 16)(features, features, use_causal_mask=True)
        features = keras.layers.LayerNormalization()(features + attended)
        expanded = keras.layers.Dense(256, activation="relu")(features)
        features = keras.layers.LayerNormalization()(features + keras.layers.Dense(64)(expanded))
    return keras.Model(tokens, keras.layers.Dense(TOKENS)(features))


#: The network of each contest.
NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "mlp": mlp,
    "cnn": cnn,
    "lstm": lstm,
    "gru": gru,
    "transformer": transformer,
}


def epoch_of(contest: str, examples: Examples, device: str = "cpu") -> Callable[[], None]:  # noqa: ARG001 -- see below
    """The contest's network trained for an epoch by `fit`, which takes a GPU where its backend finds one."""
    model = NETWORKS[contest]()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)

    def epoch() -> None:
        model.fit(examples.inputs, examples.targets, batch_size=BATCH_SIZE, epochs=1, verbose=0)

    return epoch


def _sequential(contest: str, *layers: keras.Layer) -> keras.Model:
    return keras.Sequential([keras.Input(CONTESTS[contest].architecture.input_shape), *layers])

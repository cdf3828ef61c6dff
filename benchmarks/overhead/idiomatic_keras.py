"""The shortest training loop in Keras: `compile` and `fit`, as in its own introduction."""

from collections.abc import Callable
from typing import Any

import keras

from benchmarks.overhead.contest import BATCH_SIZE, TOKENS, Examples


def mlp(examples: Examples) -> Callable[[], None]:
    """Dense layers 784-256-128-10."""
    return _fit(
        [
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ],
        examples,
    )


def cnn(examples: Examples) -> Callable[[], None]:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    return _fit(
        [
            keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ],
        examples,
    )


def lstm(examples: Examples) -> Callable[[], None]:
    """An LSTM of 128 units over rows of 28 numbers."""
    return _fit([keras.layers.LSTM(128), keras.layers.Dense(10)], examples)


def gru(examples: Examples) -> Callable[[], None]:
    """A GRU of 128 units over rows of 28 numbers."""
    return _fit([keras.layers.GRU(128), keras.layers.Dense(10)], examples)


class TokenAndPositionEmbedding(keras.layers.Layer):
    """As in Keras's own example of text generation with a miniature GPT."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = keras.layers.Embedding(TOKENS, 64)
        self.positions = keras.layers.Embedding(64, 64)

    def call(self, tokens: Any) -> Any:
        """Map tokens (examples, 64) to (examples, 64, 64)."""
        return self.tokens(tokens) + self.positions(keras.ops.arange(64))


def transformer(examples: Examples) -> Callable[[], None]:
    """Two Transformer layers of width 64 with 4 heads over 64 tokens."""
    tokens = keras.Input((64,), dtype="int64")
    features = TokenAndPositionEmbedding()(tokens)
    for _ in range(2):
        attended = keras.layers.MultiHeadAttention(4, 16)(features, features, use_causal_mask=True)
        features = keras.layers.LayerNormalization()(features + attended)
        expanded = keras.layers.Dense(256, activation="relu")(features)
        features = keras.layers.LayerNormalization()(features + keras.layers.Dense(64)(expanded))
    return _fit_model(keras.Model(tokens, keras.layers.Dense(TOKENS)(features)), examples)


def _fit(layers: list[keras.Layer], examples: Examples) -> Callable[[], None]:
    return _fit_model(keras.Sequential([keras.Input(examples.inputs.shape[1:]), *layers]), examples)


def _fit_model(model: keras.Model, examples: Examples) -> Callable[[], None]:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)

    def epoch() -> None:
        model.fit(examples.inputs, examples.targets, batch_size=BATCH_SIZE, epochs=1, verbose=0)

    return epoch

"""The shortest training loop in Keras: `compile` and `fit`, as in its own introduction."""

from collections.abc import Callable

import keras

from benchmarks.overhead.contest import BATCH_SIZE, Examples


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


def _fit(layers: list[keras.Layer], examples: Examples) -> Callable[[], None]:
    model = keras.Sequential([keras.Input(examples.images.shape[1:]), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)

    def epoch() -> None:
        model.fit(examples.images, examples.classes, batch_size=BATCH_SIZE, epochs=1, verbose=0)

    return epoch

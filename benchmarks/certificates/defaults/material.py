"""The arrays that both sides of an experiment are given: seeded, from NumPy."""

import zlib

import numpy as np

from impls.protocol import Array

#: Steps on fixed random gradients by which optimizers are compared, and the rate given to both.
STEPS, LEARNING_RATE = 200, 0.01
#: Sizes of the recurrent experiments.
EXAMPLES, TIME, FEATURES, UNITS = 4, 7, 5, 8
#: Of the padded sequences.
LENGTHS = (7, 4, 2, 5)
#: Of the attention experiments.
WIDTH, HEADS = 12, 3


def normal(name: str, *shape: int, scale: float = 1.0, dtype: str = "float32") -> Array:
    """Normal numbers that are always the same for a name."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    return (scale * generator.standard_normal(shape)).astype(dtype)


def gradients(steps: int = STEPS) -> Array:
    """(steps, 50): as large as gradients of a mean loss often are, about means that lead somewhere."""
    return normal("gradients", steps, 50, scale=0.01) + normal("mean gradient", 50, scale=0.01)


def start() -> Array:
    """(50,): the parameters that those gradients move."""
    return normal("start", 50)


def recurrent(gates: int) -> tuple[Array, Array, Array]:
    """Kernel (features, gates · units), recurrent kernel (units, gates · units), bias (2, gates · units)."""
    return (
        normal("kernel", FEATURES, gates * UNITS, scale=0.4),
        normal("recurrent kernel", UNITS, gates * UNITS, scale=0.4),
        normal("recurrent bias", 2, gates * UNITS, scale=0.4),
    )


def sequences() -> Array:
    """(examples, time, features)."""
    return normal("sequences", EXAMPLES, TIME, FEATURES)


def padded() -> Array:
    """`sequences`, zero beyond their lengths."""
    inside = np.arange(TIME) < np.array(LENGTHS)[:, None]
    cut: Array = sequences() * inside[..., None].astype("float32")
    return cut


def attention_kernels() -> Array:
    """(3, width, width): what queries, keys and values are multiplied by."""
    return normal("attention", 3, WIDTH, WIDTH, scale=0.3)

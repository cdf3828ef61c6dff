"""What these tests share: models of Keras and of NumPy with the same weights, batches, and how arrays are compared."""

import numpy as np

from impls import Batch, Training
from impls.testing.findings import FORWARD_BOUND, parameter_departures
from impls.testing.subject import random_batch as batch_of
from tests.impls.builders import build_function, built

KERAS, XLA = "keras-tensorflow", "keras-tensorflow+xla"


def random_batch(architecture, training=None, examples=6, dtype="float64", seed=1) -> Batch:
    return batch_of(np.random.default_rng(seed), architecture, training or Training(), dtype, examples)


def pair(architecture, training=None, implementation=KERAS, dtype="float64"):
    """The implementation's model and NumPy's, with the certificate's weights."""
    return [
        built(build_function(name), architecture, training or Training(), dtype) for name in (implementation, "numpy")
    ]


def assert_near(arrays, expected, bound=FORWARD_BOUND["float64"]):
    """By the relative norm of each array, as a certificate compares parameters."""
    far = {name: departure for name, departure in parameter_departures(arrays, expected).items() if departure > bound}
    assert not far, f"beyond {bound}: {far}"


def assert_same(arrays, expected):
    assert list(arrays) == list(expected)
    different = [name for name, array in expected.items() if not np.array_equal(arrays[name], array)]
    assert not different, f"not bit for bit the same: {different}"

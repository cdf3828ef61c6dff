"""What the tests share: pairs of models with the same parameters, batches, and how far two sets of arrays are apart."""

import numpy as np
import pytest

from impls import Batch, Training, build
from impls.testing.sequences import random_classes, random_inputs

KERAS, XLA = "keras-tensorflow", "keras-tensorflow+xla"
FORWARD, GRADIENT = {"float64": 1e-10, "float32": 1e-5}, {"float64": 1e-9, "float32": 1e-4}


def random_batch(architecture, training, examples=6, dtype="float64", seed=1):
    generator = np.random.default_rng(seed)
    if architecture.fields:
        inputs = random_inputs(generator, architecture.fields, examples)
    else:
        inputs = generator.normal(size=(examples, *architecture.input_shape)).astype(dtype)
    if training.loss == "softmax_cross_entropy":
        if len(architecture.output_shape) > 1:
            return Batch(inputs, random_classes(generator, architecture, inputs))
        return Batch(inputs, generator.integers(0, architecture.outputs, examples))
    targets = generator.normal(size=(examples, *architecture.output_shape))
    return Batch(inputs, (targets > 0 if training.loss == "sigmoid_cross_entropy" else targets).astype(dtype))


def random_masks(architecture, examples, seed=2):
    generator = np.random.default_rng(seed)
    shapes = architecture.dropouts()
    return {name: (generator.random((examples, *shape)) > 0.4).astype(float) for name, shape in shapes.items()}


def random_parameters(architecture, dtype="float64", seed=3):
    """Away from 0 and 1, where a misplaced bias, gain or statistic would not show."""
    generator = np.random.default_rng(seed)
    return {
        name: (
            generator.uniform(0.5, 1.5, spec.shape) if len(spec.shape) == 1 else 0.3 * generator.normal(size=spec.shape)
        ).astype(dtype)
        for name, spec in architecture.parameters().items()
    }


def pair(architecture, training=None, implementation=KERAS, dtype="float64"):
    """The implementation's model and NumPy's, with the same parameters."""
    models = [build(architecture, name, training or Training(), dtype=dtype) for name in (implementation, "numpy")]
    for model in models:
        model.load_parameters(random_parameters(architecture, dtype))
    return models


def distances(found, expected):
    """Relative distance of each array: ‖found − expected‖ / ‖expected‖.

    A bias before batch normalization has the gradient 0, and every implementation makes other rounding errors of it: an
    array that is no more than such errors is measured by the norm of all arrays.
    """
    assert list(found) == list(expected)
    norms = {name: float(np.linalg.norm(array)) for name, array in expected.items()}
    whole = float(np.linalg.norm(list(norms.values())))
    rounding = 100 * max(np.finfo(array.dtype).eps for array in expected.values()) * whole
    return {
        name: float(np.linalg.norm(found[name] - array)) / (norms[name] if norms[name] > rounding else whole)
        for name, array in expected.items()
    }


def assert_near(found, expected, bound):
    far = {name: distance for name, distance in distances(found, expected).items() if not distance <= bound}
    assert not far, f"beyond {bound}: {far}"


def assert_same(found, expected):
    different = [name for name, array in expected.items() if not np.array_equal(found[name], array)]
    assert list(found) == list(expected)
    assert not different, f"not bit for bit the same: {different}"


def compare(architecture, training, dtype, implementation=KERAS):
    """Prediction, and loss and gradients with the same dropout masks."""
    ours, numpy = pair(architecture, training, implementation, dtype)
    batch, masks = random_batch(architecture, training, dtype=dtype), random_masks(architecture, 6)
    assert_near({"outputs": ours.predict(batch.inputs)}, {"outputs": numpy.predict(batch.inputs)}, FORWARD[dtype])
    loss, gradients = ours.loss_and_gradients(batch, masks or None)
    expected_loss, expected = numpy.loss_and_gradients(batch, masks or None)
    assert loss == pytest.approx(expected_loss, rel=FORWARD[dtype])
    assert_near(gradients, expected, GRADIENT[dtype])

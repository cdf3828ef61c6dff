"""Linear classifiers on layers' features: what is linear there is seen, and nothing of the test part is fitted."""

import numpy as np
import pytest

from benchmarks.measure.probes import INPUTS, features, probe_layers
from benchmarks.suites import Suite
from benchmarks.tasks.split import Split
from impls import Training, build
from impls.cnn import CNN
from impls.mlp import MLP

CHECKERBOARD = MLP(inputs=2, hidden=(4,), outputs=2)


def _checkerboard(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of two classes that no line separates: the sign of a product."""
    inputs = np.random.default_rng(seed).uniform(-1, 1, (count, 2)).astype(np.float32)
    return inputs, (inputs[:, 0] * inputs[:, 1] > 0).astype(np.int64)


def test_a_layer_that_separates_the_classes_is_seen() -> None:
    """Four units that each look along a diagonal: their sum separates what the inputs do not."""
    model = build(CHECKERBOARD, "numpy", Training())
    parameters = dict(model.parameters())
    parameters["hidden_0/kernel"] = np.array([[1, -1, 1, -1], [1, -1, -1, 1]], np.float32)
    parameters["hidden_0/bias"] = np.zeros(4, np.float32)
    model.load_parameters(parameters)
    (trained, targets), (tested, answers) = _checkerboard(400, 0), _checkerboard(200, 1)
    inputs, hidden = probe_layers(model, Split(trained, targets, tested, answers, 0.0, 1.0))
    assert (inputs.layer, inputs.features) == (INPUTS, 2)
    assert inputs.accuracy < 0.7
    assert (hidden.layer, hidden.features) == ("hidden_0", 4)
    assert hidden.accuracy > 0.95
    chance = probe_layers(model, Split(trained, targets, tested, np.roll(answers, 1), 0.0, 1.0))[1]
    assert chance.accuracy < 0.7, "it is the test part's answers that count"


def test_what_a_layer_hands_on_is_what_comes_after_it() -> None:
    """Of a convolution with pooling, the pooled and activated maps."""
    model = build(CNN(inputs=(8, 8, 1), channels=(3,), hidden=(5,), outputs=2), "numpy", Training())
    images = np.random.default_rng(0).standard_normal((4, 8, 8, 1)).astype(np.float32)
    outputs, layers = model.layer_outputs(images), features(model, images)  # type: ignore[attr-defined]  # it can
    assert list(layers) == [INPUTS, "convolution_0", "hidden_0"]
    np.testing.assert_array_equal(layers["convolution_0"], outputs["flatten"])
    np.testing.assert_array_equal(layers["hidden_0"], np.maximum(outputs["hidden_0"], 0))


def test_tasks_without_classes_have_no_probes() -> None:
    with pytest.raises(ValueError, match="probes: task 'diabetes' has no classes"):
        Suite(name="probing", tasks=("diabetes",), implementations=("numpy",), probes=True)

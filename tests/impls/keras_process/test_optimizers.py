"""One step and several steps of every optimizer agree with the NumPy implementation."""

import pytest

from impls import Training
from impls.engines.in_keras.backends import tensorflow
from impls.mlp import MLP
from impls.training import OPTIMIZERS
from tests.impls.keras_process.material import XLA, assert_near, assert_same, pair, random_batch

ARCHITECTURE = MLP(inputs=5, hidden=(6,), outputs=3, activation="tanh", normalization="layer")

RECIPES = {
    "plain": {},
    "large epsilon, decay": {"epsilon": 1e-2, "weight_decay": 0.3},
    "l2, clipped": {"l2": 0.2, "clip_norm": 0.05},
    "not clipped, no momenta": {
        "clip_norm": 1e3,
        "momentum": 0.0,
        "beta_1": 0.0,
        "beta_2": 0.0,
        "rho": 0.0,
        "epsilon": 1e-3,
    },
}


def compare(training, implementation="keras-tensorflow", steps=1, bound=1e-9, dtype="float64"):
    ours, numpy = pair(ARCHITECTURE, training, implementation, dtype)
    for step in range(steps):
        batch = random_batch(ARCHITECTURE, training, dtype=dtype, seed=step)
        losses = [model.train_step(batch) for model in (ours, numpy)]
        assert losses[0] == pytest.approx(losses[1], rel=bound)
    assert_near(ours.parameters(), numpy.parameters(), bound)
    return ours


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps(optimizer, recipe):
    compare(Training(optimizer, 0.03, **RECIPES[recipe]), steps=3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_in_float32(optimizer):
    compare(Training(optimizer, 0.03, weight_decay=0.1), dtype="float32", bound=1e-5)


@pytest.mark.parametrize("optimizer", tensorflow.OPTIMIZERS)
def test_rules_without_kernels(optimizer, monkeypatch):
    monkeypatch.setattr(tensorflow, "OPTIMIZERS", {})
    model = compare(Training(optimizer, 0.03, epsilon=1e-3), steps=2)
    assert type(model.optimizer).__module__ == "impls.engines.in_keras.optimizers"


@pytest.mark.parametrize("optimizer", ["adagrad", "adam", "nadam"])
def test_steps_compiled_by_xla(optimizer):
    compare(Training(optimizer, 0.03, weight_decay=0.1, l2=0.1, clip_norm=0.5), XLA, steps=2)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_loading_clears_the_state(optimizer):
    training = Training(optimizer, 0.03)
    model = pair(ARCHITECTURE, training)[0]
    start, batch = model.parameters(), random_batch(ARCHITECTURE, training)
    model.train_step(batch)
    once = model.parameters()
    model.load_parameters(start)
    model.train_step(batch)
    assert_same(model.parameters(), once)

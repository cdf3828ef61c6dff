"""Optimizers beyond the conformance run: extreme settings, the rules without kernels, XLA, state, and clipping."""

import keras
import numpy as np
import pytest

from impls import Training
from impls.engines.in_keras.backends import tensorflow
from impls.engines.in_keras.optimizers import OPTIMIZERS as RULES
from impls.engines.in_keras.optimizers import clip_by_global_norm
from impls.mlp import MLP
from impls.scratch.optimizers import make_optimizer
from impls.training import OPTIMIZERS
from tests.impls.keras_process.material import XLA, assert_near, assert_same, pair, random_batch

ARCHITECTURE = MLP(inputs=5, hidden=(6,), outputs=3, activation="tanh", normalization="layer")

#: Beyond the variations of the certificate.
NO_MOMENTA = {"momentum": 0.0, "beta_1": 0.0, "beta_2": 0.0, "rho": 0.0, "epsilon": 1e-3}


def assert_follows_numpys(training, rules, steps):
    """The rule itself, operation by operation: to trace a network around it would take most of the time."""
    generator = np.random.default_rng(1)
    weights, numpys = generator.standard_normal(6), make_optimizer(training, 6, "float64")
    variables = [keras.Variable(part, dtype="float64") for part in parts_of(weights)]
    optimizer = rules[training.optimizer](training)
    optimizer.build(variables)
    for _ in range(steps):
        gradients = generator.standard_normal(6)
        optimizer.apply([keras.ops.convert_to_tensor(part) for part in parts_of(gradients)])
        numpys.step(weights, gradients)
    for variable, part in zip(variables, parts_of(weights), strict=True):
        np.testing.assert_allclose(variable, part, rtol=1e-9)


def parts_of(vector):
    return vector[:4].copy().reshape(2, 2), vector[4:].copy()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_without_momenta_and_clipping_out_of_reach(optimizer):
    training = Training(optimizer, 0.03, clip_norm=1e3, **NO_MOMENTA)
    assert_follows_numpys(training, {**RULES, **tensorflow.OPTIMIZERS}, steps=3)


@pytest.mark.parametrize("optimizer", tensorflow.OPTIMIZERS)
def test_rules_without_kernels(optimizer):
    assert_follows_numpys(Training(optimizer, 0.03, epsilon=1e-3), RULES, steps=2)


def compare(training, implementation, steps):
    ours, numpy = pair(ARCHITECTURE, training, implementation)
    for step in range(steps):
        batch = random_batch(ARCHITECTURE, training, seed=step)
        losses = [model.train_step(batch) for model in (ours, numpy)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-9)
    assert_near(ours.parameters(), numpy.parameters(), 1e-9)


@pytest.mark.parametrize(
    "optimizer", ["adam", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("adagrad", "nadam"))]
)
def test_steps_compiled_by_xla(optimizer):
    compare(Training(optimizer, 0.03, weight_decay=0.1, l2=0.1, clip_norm=0.5), XLA, steps=2)


@pytest.mark.parametrize(
    "optimizer",
    # One with TensorFlow's kernel and one with a rule of ours; the contract's tests have Adam.
    ["momentum", "nadam", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("adagrad", "rmsprop", "adamw"))],
)
def test_loading_clears_the_state(optimizer):
    training = Training(optimizer, 0.03)
    model = pair(ARCHITECTURE, training)[0]
    start, batch = model.parameters(), random_batch(ARCHITECTURE, training)
    model.train_step(batch)
    once = model.parameters()
    model.load_parameters(start)
    model.train_step(batch)
    assert_same(model.parameters(), once)


@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        ("float32", 1.0),
        ("float32", 1e20),
        ("float32", 3e38),
        ("float32", 1e-25),
        ("float64", 1e200),
        ("float64", 1e-200),
    ],
)
@pytest.mark.parametrize("share", [1e-3, 10.0], ids=["clipped", "left"])
def test_clipping_where_squares_overflow_or_vanish(dtype, size, share):
    parts = [np.array([0.6, 0.0], dtype), np.array([[-0.8]], dtype)]
    gradients = [keras.ops.convert_to_tensor(part * np.asarray(size, dtype)) for part in parts]
    for clipped, part in zip(clip_by_global_norm(gradients, size * share), parts, strict=True):
        np.testing.assert_allclose(clipped, part * np.asarray(size * min(share, 1.0), dtype), rtol=1e-6)


def test_clipping_leaves_gradients_of_zero_alone():
    assert np.array_equal(clip_by_global_norm([keras.ops.zeros(3)], 1.0)[0], np.zeros(3))


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_clipping_what_is_not_finite_shows_it_everywhere(broken):
    gradients = [keras.ops.convert_to_tensor([1.0, broken]), keras.ops.ones((1, 1))]
    assert all(np.isnan(clipped).all() for clipped in clip_by_global_norm(gradients, 1.0))

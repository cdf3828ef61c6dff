"""Each optimizer against the recursion of its paper, written again for one number at a time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.optimizers import BLOCK, clip_by_norm, make_optimizer
from impls.training import Optimizer, Training

#: Hyperparameters away from every default and from each other.
RECIPE = Training(learning_rate=0.03, momentum=0.8, beta_1=0.85, beta_2=0.97, rho=0.92, epsilon=1e-3, weight_decay=0.0)

Recursion = Callable[[Training, float, list[float]], float]


def sgd(r: Training, w: float, gradients: list[float]) -> float:
    for g in gradients:
        w = w - r.learning_rate * g
    return w


def momentum(r: Training, w: float, gradients: list[float]) -> float:
    v = 0.0
    for g in gradients:
        v = r.momentum * v + g
        w = w - r.learning_rate * v
    return w


def nesterov(r: Training, w: float, gradients: list[float]) -> float:
    """Sutskever et al. 2013, equation 4: v' = μv − lr·∇f(θ + μv), θ' = θ + v'; w is the point θ + μv."""
    v, theta = 0.0, w
    for g in gradients:
        v = r.momentum * v - r.learning_rate * g
        theta = theta + v
    return theta + r.momentum * v


def adagrad(r: Training, w: float, gradients: list[float]) -> float:
    for t, g in enumerate(gradients, 1):
        w = w - r.learning_rate * g / (math.sqrt(sum(past**2 for past in gradients[:t])) + r.epsilon)
    return w


def rmsprop(r: Training, w: float, gradients: list[float]) -> float:
    mean_square = 0.0
    for g in gradients:
        mean_square = r.rho * mean_square + (1 - r.rho) * g * g
        w = w - r.learning_rate * g / (math.sqrt(mean_square) + r.epsilon)
    return w


def adam(r: Training, w: float, gradients: list[float]) -> float:
    for t, (_, m, v) in enumerate(moments(r, gradients), 1):
        m_hat, v_hat = m / (1 - r.beta_1**t), v / (1 - r.beta_2**t)
        w = w - r.learning_rate * m_hat / (math.sqrt(v_hat) + r.epsilon)
    return w


def nadam(r: Training, w: float, gradients: list[float]) -> float:
    def mu(t: int) -> float:
        return r.beta_1 * (1 - 0.5 * math.pow(0.96, t / 250))

    def product(t: int) -> float:
        return math.prod(mu(i) for i in range(1, t + 1))

    for t, (g, m, v) in enumerate(moments(r, gradients), 1):
        m_bar = mu(t + 1) * m / (1 - product(t + 1)) + (1 - mu(t)) * g / (1 - product(t))
        w = w - r.learning_rate * m_bar / (math.sqrt(v / (1 - r.beta_2**t)) + r.epsilon)
    return w


def moments(r: Training, gradients: list[float]) -> Iterator[tuple[float, float, float]]:
    m = v = 0.0
    for g in gradients:
        m = r.beta_1 * m + (1 - r.beta_1) * g
        v = r.beta_2 * v + (1 - r.beta_2) * g * g
        yield g, m, v


RECURSIONS: dict[Optimizer, Recursion] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
    "nadam": nadam,
}


def run(training: Training, weights: Array, gradients: Array) -> Array:
    """The weights after steps by each row of gradients."""
    optimizer = make_optimizer(training, weights.size, weights.dtype)
    moved = weights.copy()
    for gradient in gradients:
        optimizer.step(moved, gradient.copy())
    return moved


@pytest.mark.parametrize("name", get_args(Optimizer))
@given(steps=st.integers(1, 12), size=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_paper(name: Optimizer, steps: int, size: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    weights, gradients = generator.normal(size=size), generator.normal(size=(steps, size))
    training = replace(RECIPE, optimizer=name)
    wanted = [
        RECURSIONS[name](training, float(w), column.tolist()) for w, column in zip(weights, gradients.T, strict=True)
    ]
    np.testing.assert_allclose(run(training, weights, gradients), wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", get_args(Optimizer))
def test_vectors_of_several_blocks(name: Optimizer) -> None:
    generator = np.random.default_rng(1)
    size = 2 * BLOCK + 7
    weights, gradients = generator.normal(size=size), generator.normal(size=(3, size))
    training = replace(RECIPE, optimizer=name, weight_decay=0.1)
    moved = run(training, weights, gradients)
    for part in (slice(0, 5), slice(BLOCK - 2, BLOCK + 2), slice(size - 9, size)):
        np.testing.assert_array_equal(moved[part], run(training, weights[part], gradients[:, part]))


@pytest.mark.parametrize("name", get_args(Optimizer))
def test_a_zero_gradient_moves_nothing_but_by_decay(name: Optimizer) -> None:
    """Which decoupled decay does by the same share whatever the rule; coupled, it would go through the rule."""
    weights = np.array([1.0, -2.0])
    nothing = np.zeros((2, 2))
    np.testing.assert_array_equal(run(replace(RECIPE, optimizer=name), weights, nothing), weights)
    decayed = run(replace(RECIPE, optimizer=name, weight_decay=0.5), weights, nothing)
    np.testing.assert_allclose(decayed, weights * (1 - 0.03 * 0.5) ** 2, rtol=1e-15)


@pytest.mark.parametrize(("name", "share"), [("adamw", 1 - 0.03 * 0.01), ("adam", 1.0)])
def test_adamw_alone_decays_by_default(name: Optimizer, share: float) -> None:
    training = replace(RECIPE, optimizer=name, weight_decay=None)
    np.testing.assert_allclose(run(training, np.ones(1), np.zeros((1, 1))), [share], rtol=1e-15)


def test_the_order_is_l2_clipping_decay_update() -> None:
    training = replace(RECIPE, optimizer="sgd", l2=0.5, clip_norm=1.0, weight_decay=0.2)
    weights, gradient = np.array([2.0, -4.0]), np.array([5.0, 1.0])
    penalized = gradient + 0.5 * weights
    clipped = penalized / np.linalg.norm(penalized)
    wanted = weights * (1 - 0.03 * 0.2) - 0.03 * clipped
    np.testing.assert_allclose(run(training, weights, gradient[None]), wanted, rtol=1e-14)


@given(norm=st.floats(1e-3, 1e3), largest=st.floats(1e-3, 1e3))
def test_clipping(norm: float, largest: float) -> None:
    direction = np.array([0.6, 0.0, -0.8])
    gradients = direction * norm
    clip_by_norm(gradients, largest)
    np.testing.assert_allclose(gradients, direction * min(norm, largest), rtol=1e-13)


def test_clipping_nothing() -> None:
    gradients = np.zeros(3)
    clip_by_norm(gradients, 1.0)
    np.testing.assert_array_equal(gradients, np.zeros(3))


#: Squares of the gradients overflow or vanish in the precision, or the norm itself does.
EXTREMES = [("float32", 1e20), ("float32", 3e38), ("float32", 1e-25), ("float64", 1e200), ("float64", 1e-200)]


@pytest.mark.parametrize(("dtype", "size"), EXTREMES)
@pytest.mark.parametrize("share", [1e-3, 10.0], ids=["clipped", "left"])
def test_clipping_where_squares_overflow_or_vanish(dtype: str, size: float, share: float) -> None:
    gradients = np.array([0.6, 0.0, -0.8], dtype) * size
    with np.errstate(over="ignore"):
        clip_by_norm(gradients, size * share)
    wanted = np.array([0.6, 0.0, -0.8]) * (size * min(share, 1.0))
    np.testing.assert_allclose(gradients, wanted.astype(dtype), rtol=1e-6)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_clipping_what_is_not_finite_shows_it_everywhere(broken: float) -> None:
    gradients = np.array([1.0, broken, 2.0])
    with np.errstate(invalid="ignore"):
        clip_by_norm(gradients, 1.0)
    assert np.isnan(gradients).all()


@pytest.mark.parametrize("name", get_args(Optimizer))
def test_reset_forgets_all_steps(name: Optimizer) -> None:
    generator = np.random.default_rng(2)
    weights, gradients = generator.normal(size=3), generator.normal(size=(4, 3))
    optimizer = make_optimizer(replace(RECIPE, optimizer=name), 3, "float64")
    for _ in range(2):
        moved = weights.copy()
        optimizer.reset()
        for gradient in gradients:
            optimizer.step(moved, gradient.copy())
    np.testing.assert_array_equal(moved, run(replace(RECIPE, optimizer=name), weights, gradients))


@pytest.mark.parametrize("name", get_args(Optimizer))
def test_float32_stays_float32(name: Optimizer) -> None:
    generator = np.random.default_rng(3)
    weights, gradients = generator.normal(size=6), generator.normal(size=(5, 6))
    training = replace(RECIPE, optimizer=name, l2=0.1, clip_norm=0.5, weight_decay=0.1)
    narrow = run(training, weights.astype(np.float32), gradients.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, run(training, weights, gradients), rtol=1e-5)

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch import losses
from impls.scratch.losses import loss_and_gradient
from impls.training import Loss, Training
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

Reference = Callable[[Array, Array], Any]


def huber_by_pieces(outputs: Array, targets: Array) -> Array:
    error: Array = np.abs(outputs - targets)
    return np.where(error <= 0.7, 0.5 * error**2, 0.7 * (error - 0.5 * 0.7))


#: Each loss by its textbook form, for outputs where that form is still exact.
REFERENCES: dict[Loss, Reference] = {
    "softmax_cross_entropy": lambda z, t: -np.log(scipy.special.softmax(z, axis=-1))[np.arange(len(z)), t],
    "sigmoid_cross_entropy": lambda z, t: (
        -t * np.log(scipy.special.expit(z)) - (1 - t) * np.log(scipy.special.expit(-z))
    ),
    "mean_squared_error": lambda y, t: (y - t) ** 2,
    "mean_absolute_error": lambda y, t: np.abs(y - t),
    "huber": huber_by_pieces,
}


def draw(loss: Loss, examples: int, units: int, seed: int) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    outputs = generator.normal(size=(examples, units)) * 2
    if loss == "softmax_cross_entropy":
        return outputs, generator.integers(0, units, examples)
    return outputs, generator.random((examples, units))


@pytest.mark.parametrize("loss", get_args(Loss))
@given(examples=st.integers(1, 7), units=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_values_and_gradients(loss: Loss, examples: int, units: int, seed: int) -> None:
    outputs, targets = draw(loss, examples, units, seed)
    training = Training(loss=loss, huber_delta=0.7)
    before = outputs.copy()
    value, gradient = loss_and_gradient(training, outputs, targets)
    np.testing.assert_array_equal(outputs, before)
    assert value == pytest.approx(REFERENCES[loss](outputs, targets).mean(), rel=1e-12, abs=1e-15)
    numerical = numerical_gradient(lambda: loss_and_gradient(training, outputs, targets)[0], outputs)
    assert_gradients_agree(gradient, numerical, loss)


@pytest.mark.parametrize("loss", get_args(Loss))
def test_float32_stays_float32(loss: Loss) -> None:
    outputs, targets = draw(loss, 4, 3, 0)
    if targets.dtype == np.float64:
        targets = targets.astype(np.float32)
    value, gradient = loss_and_gradient(Training(loss=loss), outputs.astype(np.float32), targets)
    assert type(value) is float
    assert gradient.dtype == np.float32


def test_cross_entropies_do_not_clip_large_logits() -> None:
    """From probabilities, 1 − 1e-7 at most, the first would be 16.1 and not 200."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert losses.softmax_cross_entropy(np.array([[100.0, -100.0]]), np.array([1]))[0] == pytest.approx(200)
        assert losses.sigmoid_cross_entropy(np.array([[-800.0]]), np.array([[1.0]]))[0] == pytest.approx(800)


def test_absolute_error_of_nothing_has_no_gradient() -> None:
    value, gradient = losses.mean_absolute_error(np.array([[2.0]]), np.array([[2.0]]))
    assert value == 0
    np.testing.assert_array_equal(gradient, [[0.0]])

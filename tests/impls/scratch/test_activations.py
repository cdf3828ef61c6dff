import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch import activations
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.erf import BLOCK, erf
from impls.spec.activations import Activation
from tests.impls.scratch.finite_differences import check_layer, examples_innermost

DTYPES = ["float32", "float64"]

GRID = np.concatenate([np.linspace(-7, 7, 4001), np.geomspace(1e-300, 6.5, 500), [0.46875, 4.0, 6.0, 1e300]])


def test_erf_in_float64() -> None:
    exact = np.array([math.erf(x) for x in GRID])
    error = np.abs(erf(GRID) - exact)
    assert (error / np.spacing(np.abs(exact))).max() <= 3


def test_erf_in_float32() -> None:
    x = GRID[np.abs(GRID) < 10].astype(np.float32)
    values = erf(x)
    assert values.dtype == np.float32
    exact = scipy.special.erf(x.astype(np.float64)).astype(np.float32)
    assert (np.abs(values - exact) / np.spacing(np.abs(exact))).max() <= 3


def test_erf_keeps_signs_and_what_is_no_number() -> None:
    values = erf(np.array([-0.0, 0.0, -np.inf, np.inf, np.nan]))
    np.testing.assert_array_equal(values, [0.0, 0.0, -1.0, 1.0, np.nan])
    np.testing.assert_array_equal(np.signbit(values[:2]), [True, False])


@pytest.mark.parametrize("layout", [lambda x: x.T, lambda x: x[:, ::3], lambda x: x[::-1, ::-1].T])
def test_erf_of_any_layout_and_of_more_than_a_block(layout: Callable[[Array], Array]) -> None:
    x = layout(np.random.default_rng(4).normal(size=(7, BLOCK)))
    np.testing.assert_allclose(erf(x), scipy.special.erf(x), rtol=1e-15)


REFERENCES: dict[Activation, Callable[[Array], Any]] = {
    "sigmoid": scipy.special.expit,
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "tanh": np.tanh,
    "gelu": lambda x: x * scipy.stats.norm.cdf(x),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REFERENCES)
def test_functions_and_layers_against_scipy(name: Activation, dtype: str) -> None:
    x = np.linspace(-30, 30, 603).reshape(3, -1)
    narrow = x.astype(dtype)
    wanted = REFERENCES[name](narrow.astype(np.float64))
    tolerance = 4 * float(np.finfo(dtype).eps)
    for outputs in (getattr(activations, name)(narrow), ACTIVATIONS[name](dtype).forward(narrow)):
        assert outputs.dtype == dtype
        np.testing.assert_allclose(outputs, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_overflows(dtype: str) -> None:
    extreme = np.array([[-np.finfo(dtype).max, -1e4, 0.0, 1e4, np.finfo(dtype).max]], dtype)
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_array_equal(activations.sigmoid(extreme), [[0, 0, 0.5, 1, 1]])
        np.testing.assert_array_equal(activations.softmax(extreme[:, 1:4]), [[0, 0, 1]])


def test_sigmoid_keeps_its_relative_accuracy_far_below_zero() -> None:
    assert activations.sigmoid(np.array([-50.0]))[0] == pytest.approx(math.exp(-50), rel=1e-14)


@given(shift=st.floats(-1e3, 1e3))
def test_softmax(shift: float) -> None:
    x = np.array([[0.5, -1.0, 2.0], [3.0, 3.0, 3.0]])
    np.testing.assert_allclose(activations.softmax(x + shift), scipy.special.softmax(x, axis=-1), rtol=1e-12)


def values_off_the_kinks(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Values that are farther from 0 than a difference's step, on both sides and in all of erf's ranges."""
    return generator.choice([-1.0, 1.0], shape) * generator.uniform(0.01, 6.0, shape)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(1, 1), (4, 3), (2, 3, 4, 2)])
def test_gradients(name: Activation, shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng(2)
    inputs = values_off_the_kinks(generator, shape)
    check_layer(ACTIVATIONS[name]("float64"), inputs, generator)
    if inputs.ndim == 4:
        check_layer(ACTIVATIONS[name]("float64"), examples_innermost(inputs), generator)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_the_slope_at_a_kink_is_that_of_the_left(name: Activation, slope: float) -> None:
    layer = ACTIVATIONS[name]("float64")
    layer.forward(np.zeros((1, 2)))
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[slope, slope]])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_dtype_is_kept_backward(name: Activation, dtype: str) -> None:
    layer = ACTIVATIONS[name](dtype)
    layer.forward(np.ones((2, 3), dtype))
    assert layer.backward(np.ones((2, 3), dtype)).dtype == dtype

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls.scratch.normalization import NORMALIZATIONS, BatchNormalization, LayerNormalization
from tests.impls.scratch.finite_differences import check_layer, examples_innermost

SHAPES = [(5, 3), (2, 3, 2, 4), (4, 1)]


@pytest.mark.parametrize("kind", NORMALIZATIONS)
@given(examples=st.integers(2, 6), features=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_gradients_of_dense_features(kind: str, examples: int, features: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    layer = NORMALIZATIONS["batch" if kind == "batch" else "layer"](features, "float64")
    # Far enough apart that no variance is so small as to bend the function within a difference's step.
    inputs = generator.permuted(np.arange(float(examples * features)).reshape(examples, features))
    check_layer(layer, inputs, generator)


@pytest.mark.parametrize("kind", NORMALIZATIONS)
@pytest.mark.parametrize("innermost", [False, True])
def test_gradients_of_images(kind: str, innermost: bool) -> None:
    generator = np.random.default_rng(1)
    images = generator.normal(size=(3, 2, 4, 5))
    layer = NORMALIZATIONS["batch" if kind == "batch" else "layer"](5, "float64")
    check_layer(layer, examples_innermost(images) if innermost else images, generator)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_normalization_by_its_definition(shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng(2)
    layer = BatchNormalization(shape[-1], "float64")
    gamma, beta = (generator.normal(size=shape[-1]) for _ in range(2))
    layer.parameters["gamma"][...], layer.parameters["beta"][...] = gamma, beta
    moving_mean, moving_variance = np.zeros(shape[-1]), np.ones(shape[-1])
    axes = tuple(range(len(shape) - 1))
    for _ in range(3):
        inputs = generator.normal(2.0, 3.0, shape)
        mean, variance = inputs.mean(axes), inputs.var(axes)
        moving_mean = 0.9 * moving_mean + 0.1 * mean
        moving_variance = 0.9 * moving_variance + 0.1 * variance
        layer.training = True
        wanted = gamma * (inputs - mean) / np.sqrt(variance + 1e-5) + beta
        np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-12, atol=1e-13)
        layer.training = False
        wanted = gamma * (inputs - moving_mean) / np.sqrt(moving_variance + 1e-5) + beta
        np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(layer.statistics["moving_mean"], moving_mean, rtol=1e-13)
    np.testing.assert_allclose(layer.statistics["moving_variance"], moving_variance, rtol=1e-13)


@pytest.mark.parametrize("shape", SHAPES)
def test_layer_normalization_by_its_definition(shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng(3)
    layer = LayerNormalization(shape[-1], "float64")
    gamma, beta = (generator.normal(size=shape[-1]) for _ in range(2))
    layer.parameters["gamma"][...], layer.parameters["beta"][...] = gamma, beta
    inputs = generator.normal(2.0, 3.0, shape)
    mean, variance = inputs.mean(-1, keepdims=True), inputs.var(-1, keepdims=True)
    wanted = gamma * (inputs - mean) / np.sqrt(variance + 1e-5) + beta
    np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-12, atol=1e-13)


def test_a_batch_of_one_is_its_own_mean() -> None:
    layer = BatchNormalization(2, "float64")
    layer.training = True
    np.testing.assert_array_equal(layer.forward(np.array([[3.0, -4.0]])), [[0.0, 0.0]])
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[0.0, 0.0]])


@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_float32_stays_float32(kind: str) -> None:
    layer = NORMALIZATIONS["batch" if kind == "batch" else "layer"](3)
    layer.training = True
    outputs = layer.forward(np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32))
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32

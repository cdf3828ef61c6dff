"""Gradients by central differences in float64, to hold the hand-written ones against."""

from collections.abc import Callable

import numpy as np

from impls.protocol import Array
from impls.scratch.layer import Layer

#: Balances truncation (step²) against rounding (1e-16 / step) of the central difference.
STEP = 1e-5
BOUND = 1e-7


def numerical_gradient(function: Callable[[], float], array: Array) -> Array:
    """The function's gradient for the array's elements, each moved in place and back."""
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + STEP
        above = function()
        array[index] = value - STEP
        below = function()
        array[index] = value
        gradient[index] = (above - below) / (2 * STEP)
    return gradient


def assert_gradients_agree(analytical: Array, numerical: Array, what: str) -> None:
    """Relative in norm, and absolute where the gradient is (nearly) nothing."""
    assert analytical.shape == numerical.shape, what
    distance = float(np.linalg.norm(analytical - numerical)) / max(float(np.linalg.norm(numerical)), 1.0)
    assert distance <= BOUND, f"gradient for {what} is {distance:.1e} off"


def check_layer(layer: Layer, inputs: Array, generator: np.random.Generator) -> None:
    """Hold the layer's gradients, for its inputs and all its parameters, against differences of <weights, outputs>."""
    layer.training = True
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    weights = generator.normal(size=layer.forward(inputs).shape)

    def weighted_sum() -> float:
        return float(np.sum(weights * layer.forward(inputs)))

    weighted_sum()
    inputs_before, weights_before = inputs.copy(), weights.copy()
    inputs_gradient = layer.backward(weights).copy()
    gradients = {kind: gradient.copy() for kind, gradient in layer.gradients.items()}
    np.testing.assert_array_equal(inputs, inputs_before, "the layer wrote into its inputs")
    np.testing.assert_array_equal(weights, weights_before, "the layer wrote into the gradient it was given")
    assert_gradients_agree(inputs_gradient, numerical_gradient(weighted_sum, inputs), "inputs")
    for kind, array in layer.parameters.items():
        assert_gradients_agree(gradients[kind], numerical_gradient(weighted_sum, array), kind)


def examples_innermost(images: Array) -> Array:
    """The same images, laid in memory as `Convolution` leaves them."""
    return np.ascontiguousarray(images.transpose(3, 1, 2, 0)).transpose(3, 1, 2, 0)

"""Activation functions, and the layers that apply them to each element.

Sources: Goodfellow, Bengio & Courville 2016, section 6.3; GELU: Hendrycks & Gimpel 2016, equation 2, exact.
"""

import math
from typing import TypeAlias

import numpy as np

from impls.protocol import Array
from impls.scratch.erf import erf
from impls.scratch.layer import Layer
from impls.spec.activations import LEAKY_RELU_SLOPE, Activation

Out: TypeAlias = Array | None


def sigmoid(x: Array, out: Out = None) -> Array:
    """1 / (1 + exp(−x)), written as exp(min(x, 0)) / (1 + exp(−|x|)) so that no exponential overflows."""
    denominator = np.abs(x)
    np.negative(denominator, out=denominator)
    np.exp(denominator, out=denominator)
    denominator += 1.0
    numerator = np.minimum(x, 0.0, out=out)
    np.exp(numerator, out=numerator)
    return np.divide(numerator, denominator, out=numerator)


def relu(x: Array, out: Out = None) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0.0, out=out)


def leaky_relu(x: Array, out: Out = None) -> Array:
    """x where it is positive, 0.01 · x elsewhere."""
    scaled = np.multiply(x, LEAKY_RELU_SLOPE, out=out)
    return np.maximum(x, scaled, out=scaled)


def tanh(x: Array, out: Out = None) -> Array:
    """The hyperbolic tangent."""
    return np.tanh(x, out=out)


def gelu(x: Array, out: Out = None) -> Array:
    """x · Φ(x), with Φ the standard normal distribution function."""
    return np.multiply(x, normal_distribution(x), out=out)


def softmax(x: Array) -> Array:
    """exp(xᵢ) / Σⱼ exp(xⱼ) over the last axis; the largest is subtracted first, so that no exponential overflows."""
    result: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    result /= result.sum(axis=-1, keepdims=True)
    return result


def normal_distribution(x: Array) -> Array:
    """Φ(x) = ½ · (1 + erf(x / √2))."""
    result = erf(x * math.sqrt(0.5))
    result += 1.0
    result *= 0.5
    return result


def normal_density(x: Array) -> Array:
    """φ(x) = exp(−x² / 2) / √(2π)."""
    result = np.multiply(x, x)
    result *= -0.5
    np.exp(result, out=result)
    result *= 1.0 / math.sqrt(2.0 * math.pi)
    return result


class Sigmoid(Layer):
    """Layer of `sigmoid`; its derivative is y · (1 − y)."""

    def forward(self, inputs: Array) -> Array:
        self._outputs = sigmoid(inputs, out=self._buffers.like("outputs", inputs))
        return self._outputs

    def backward(self, gradient: Array) -> Array:
        slope = self._buffers.like("gradient", self._outputs)
        np.subtract(1.0, self._outputs, out=slope)
        slope *= self._outputs
        slope *= gradient
        return slope


class Relu(Layer):
    """Layer of `relu`; its derivative is 1 where the output is positive and 0 elsewhere, at 0 too."""

    def forward(self, inputs: Array) -> Array:
        self._outputs = relu(inputs, out=self._buffers.like("outputs", inputs))
        return self._outputs

    def backward(self, gradient: Array) -> Array:
        positive = np.greater(self._outputs, 0.0, out=self._buffers.like("positive", self._outputs, bool))
        return np.multiply(gradient, positive, out=self._buffers.like("gradient", self._outputs))


class LeakyRelu(Layer):
    """Layer of `leaky_relu`; its derivative is 1 where the output is positive and 0.01 elsewhere."""

    def forward(self, inputs: Array) -> Array:
        self._outputs = leaky_relu(inputs, out=self._buffers.like("outputs", inputs))
        return self._outputs

    def backward(self, gradient: Array) -> Array:
        slope = self._buffers.like("gradient", self._outputs)
        np.greater(self._outputs, 0.0, out=slope, casting="unsafe")
        np.maximum(slope, LEAKY_RELU_SLOPE, out=slope)
        slope *= gradient
        return slope


class Tanh(Layer):
    """Layer of `tanh`; its derivative is 1 − y²."""

    def forward(self, inputs: Array) -> Array:
        self._outputs = tanh(inputs, out=self._buffers.like("outputs", inputs))
        return self._outputs

    def backward(self, gradient: Array) -> Array:
        slope = self._buffers.like("gradient", self._outputs)
        np.multiply(self._outputs, self._outputs, out=slope)
        np.subtract(1.0, slope, out=slope)
        slope *= gradient
        return slope


class Gelu(Layer):
    """Layer of `gelu`; its derivative is Φ(x) + x · φ(x)."""

    def forward(self, inputs: Array) -> Array:
        self._inputs = inputs
        self._distribution = normal_distribution(inputs)
        return np.multiply(inputs, self._distribution, out=self._buffers.like("outputs", inputs))

    def backward(self, gradient: Array) -> Array:
        slope = normal_density(self._inputs)
        slope *= self._inputs
        slope += self._distribution
        slope *= gradient
        return slope


ACTIVATIONS: dict[Activation, type[Layer]] = {
    "sigmoid": Sigmoid,
    "relu": Relu,
    "leaky_relu": LeakyRelu,
    "tanh": Tanh,
    "gelu": Gelu,
}

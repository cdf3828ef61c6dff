"""Activation functions (Goodfellow, Bengio & Courville 2016, sections 3.10 and 6.3), each with its derivative."""

import math

import numpy as np

from impls.protocol import Array
from impls.spec.activations import LEAKY_RELU_SLOPE, Activation
from impls.textbook.layer import Layer


class Sigmoid(Layer):
    """y = σ(x) = 1 / (1 + exp(−x)); y' = y·(1 − y)."""

    def forward(self, x: Array) -> Array:
        self.y = sigmoid(x)
        return self.y

    def backward(self, dy: Array) -> Array:
        dx: Array = dy * self.y * (1 - self.y)
        return dx


class Tanh(Layer):
    """y = tanh(x); y' = 1 − y²."""

    def forward(self, x: Array) -> Array:
        self.y: Array = np.tanh(x)
        return self.y

    def backward(self, dy: Array) -> Array:
        dx: Array = dy * (1 - self.y**2)
        return dx


class Relu(Layer):
    """y = max(x, 0); y' = 1 where x > 0, else 0."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy: Array) -> Array:
        return dy * (self.x > 0)


class LeakyRelu(Layer):
    """y = x where x > 0, else 0.01·x (Maas, Hannun & Ng 2013)."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.where(x > 0, x, LEAKY_RELU_SLOPE * x)

    def backward(self, dy: Array) -> Array:
        return np.where(self.x > 0, dy, LEAKY_RELU_SLOPE * dy)


class Gelu(Layer):
    """y = x·Φ(x) (Hendrycks & Gimpel 2016, equation 2); y' = Φ(x) + x·φ(x).

    Φ(x) = ½·(1 + erf(x / √2)) is the standard normal distribution, φ(x) = exp(−x² / 2) / √(2π) its density.
    """

    def forward(self, x: Array) -> Array:
        self.x = x
        self.distribution: Array = 0.5 * (1 + erf(x / math.sqrt(2)))
        return x * self.distribution

    def backward(self, dy: Array) -> Array:
        density = np.exp(-(self.x**2) / 2) / math.sqrt(2 * math.pi)
        return dy * (self.distribution + self.x * density)


ACTIVATIONS: dict[Activation, type[Layer]] = {
    "sigmoid": Sigmoid,
    "relu": Relu,
    "leaky_relu": LeakyRelu,
    "tanh": Tanh,
    "gelu": Gelu,
}


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)); where exp(−x) is beyond the largest number, 1 / ∞ = 0 is right."""
    y: Array = 1 / (1 + np.exp(-x))
    return y


def erf(x: Array) -> Array:
    """The error function of each element, which Python has and NumPy lacks."""
    y: Array = np.vectorize(math.erf, otypes=[x.dtype])(x)
    return y


def softmax(x: Array) -> Array:
    """yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) over the last axis (section 4.1: less the largest x, so that nothing overflows)."""
    exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
    y: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return y


def softmax_backward(y: Array, dy: Array) -> Array:
    """dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ), since ∂yⱼ/∂xᵢ = yⱼ·(δᵢⱼ − yᵢ)."""
    dx: Array = y * (dy - (dy * y).sum(axis=-1, keepdims=True))
    return dx

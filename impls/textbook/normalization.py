"""Batch normalization (Ioffe & Szegedy 2015; section 8.7.1 of the book) and layer normalization (Ba et al. 2016)."""

import numpy as np

from impls.protocol import Array
from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization
from impls.textbook.layer import Layer


class BatchNormalization(Layer):
    """y = γ·x̂ + β, x̂ = (x − μ) / √(σ² + ε), with each feature's mean μ and variance σ² over the batch.

    In prediction μ and σ² are moving averages of those seen in training.
    """

    def forward(self, x: Array) -> Array:
        parameters, axes = self.parameters, tuple(range(x.ndim - 1))
        mean, variance = parameters["moving_mean"], parameters["moving_variance"]
        if self.training:
            mean, variance = x.mean(axis=axes), x.var(axis=axes)
            for name, seen in (("moving_mean", mean), ("moving_variance", variance)):
                parameters[name] = BATCH_MOMENTUM * parameters[name] + (1 - BATCH_MOMENTUM) * seen
        self.normalized, self.deviation = normalized(x, mean, variance)
        return parameters["gamma"] * self.normalized + parameters["beta"]

    def backward(self, dy: Array) -> Array:
        axes = tuple(range(dy.ndim - 1))
        self.gradients["gamma"], self.gradients["beta"] = (dy * self.normalized).sum(axis=axes), dy.sum(axis=axes)
        return normalized_backward(dy * self.parameters["gamma"], self.normalized, self.deviation, axes)


class LayerNormalization(Layer):
    """y = γ·x̂ + β, x̂ = (x − μ) / √(σ² + ε), with the mean μ and variance σ² of each position's own features."""

    def forward(self, x: Array) -> Array:
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        self.normalized, self.deviation = normalized(x, mean, variance)
        return self.parameters["gamma"] * self.normalized + self.parameters["beta"]

    def backward(self, dy: Array) -> Array:
        axes = tuple(range(dy.ndim - 1))
        self.gradients["gamma"], self.gradients["beta"] = (dy * self.normalized).sum(axis=axes), dy.sum(axis=axes)
        return normalized_backward(dy * self.parameters["gamma"], self.normalized, self.deviation, (-1,))


NORMALIZATIONS: dict[Normalization, type[BatchNormalization] | type[LayerNormalization]] = {
    "batch": BatchNormalization,
    "layer": LayerNormalization,
}


def normalized(x: Array, mean: Array, variance: Array) -> tuple[Array, Array]:
    """x̂ = (x − μ) / √(σ² + ε), and what it was divided by."""
    deviation = np.sqrt(variance + EPSILON)
    return (x - mean) / deviation, deviation


def normalized_backward(d: Array, x_hat: Array, deviation: Array, axes: tuple[int, ...]) -> Array:
    """From ∂L/∂x̂ to ∂L/∂x = (d − mean(d) − x̂·mean(d·x̂)) / √(σ² + ε), for μ and σ² depend on x as well."""
    mean_d, mean_product = (each.mean(axis=axes, keepdims=True) for each in (d, d * x_hat))
    dx: Array = (d - mean_d - x_hat * mean_product) / deviation
    return dx

"""Batch normalization (Ioffe & Szegedy 2015) and layer normalization (Ba, Kiros & Hinton 2016)."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.sums import sum_of_features, sum_of_rows
from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization


class _Normalization(Layer):
    """outputs = gamma · normalized + beta over the last axis's features.

    Everything is worked on matrices (rows, features), a row being an example or a position of an image.
    Parameters: gamma (features,), beta (features,).
    """

    _normalized: Array

    def __init__(self, features: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self._add_parameter("gamma", (features,), 1.0)
        self._add_parameter("beta", (features,))

    def _scale_and_shift(self, normalized: Array) -> Array:
        outputs = self._buffers.like("outputs", normalized)
        np.multiply(normalized, self.parameters["gamma"], out=outputs)
        outputs += self.parameters["beta"]
        return outputs

    def _parameter_gradients(self, gradient: Array) -> None:
        product = np.multiply(gradient, self._normalized, out=self._buffers.like("product", gradient))
        sum_of_rows(product, out=self.gradients["gamma"])
        sum_of_rows(gradient, out=self.gradients["beta"])


class BatchNormalization(_Normalization):
    """Each feature by its mean and biased variance over the batch; in prediction by their moving averages.

    Statistics: moving_mean (features,), moving_variance (features,).
    """

    def __init__(self, features: int, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(features, dtype)
        self.statistics["moving_mean"] = np.zeros(features, self.dtype)
        self.statistics["moving_variance"] = np.ones(features, self.dtype)

    def forward(self, inputs: Array) -> Array:
        rows = _rows(inputs)
        mean = self.statistics["moving_mean"]
        variance = self.statistics["moving_variance"]
        normalized = self._normalized = self._buffers.like("normalized", rows)
        if self.training:
            mean = sum_of_rows(rows) / len(rows)
            np.subtract(rows, mean, out=normalized)
            squares = np.square(normalized, out=self._buffers.like("product", rows))
            variance = sum_of_rows(squares) / len(rows)
            self._move("moving_mean", mean)
            self._move("moving_variance", variance)
        else:
            np.subtract(rows, mean, out=normalized)
        self._inverse_deviation = 1.0 / np.sqrt(variance + EPSILON)
        normalized *= self._inverse_deviation
        return _from_rows(self._scale_and_shift(normalized), inputs.shape)

    def backward(self, gradient: Array) -> Array:
        """With x̂ the normalized inputs, γ/σ · (g − mean(g) − x̂ · mean(g · x̂)), the means over the batch."""
        rows = _rows(gradient)
        self._parameter_gradients(rows)
        result = self._buffers.like("inputs_gradient", rows)
        np.multiply(self._normalized, self.gradients["gamma"] / -len(rows), out=result)
        result += rows
        result -= self.gradients["beta"] / len(rows)
        result *= self.parameters["gamma"] * self._inverse_deviation
        return _from_rows(result, gradient.shape)

    def _move(self, statistic: str, value: Array) -> None:
        moving = self.statistics[statistic]
        moving *= BATCH_MOMENTUM
        moving += (1.0 - BATCH_MOMENTUM) * value


class LayerNormalization(_Normalization):
    """Each row by the mean and biased variance of its own features."""

    def forward(self, inputs: Array) -> Array:
        rows = _rows(inputs)
        normalized = self._normalized = self._buffers.like("normalized", rows)
        np.subtract(rows, _mean_of_features(rows), out=normalized)
        squares = np.square(normalized, out=self._buffers.like("product", rows))
        self._inverse_deviation = 1.0 / np.sqrt(_mean_of_features(squares) + EPSILON)
        normalized *= self._inverse_deviation
        return _from_rows(self._scale_and_shift(normalized), inputs.shape)

    def backward(self, gradient: Array) -> Array:
        """With h = γ · g, 1/σ · (h − mean(h) − x̂ · mean(h · x̂)), the means over the features."""
        rows = _rows(gradient)
        self._parameter_gradients(rows)
        result = self._buffers.like("inputs_gradient", rows)
        np.multiply(rows, self.parameters["gamma"], out=result)
        product = np.multiply(result, self._normalized, out=self._buffers.like("product", rows))
        correlation = _mean_of_features(product)
        result -= _mean_of_features(result)
        result -= np.multiply(self._normalized, correlation, out=product)
        result *= self._inverse_deviation
        return _from_rows(result, gradient.shape)


NORMALIZATIONS: dict[Normalization, type[BatchNormalization] | type[LayerNormalization]] = {
    "batch": BatchNormalization,
    "layer": LayerNormalization,
}


def _rows(array: Array) -> Array:
    """The array as a matrix (rows, features): a view, for images one of what lies features outermost."""
    if array.ndim == 4:
        return array.transpose(3, 1, 2, 0).reshape(array.shape[3], -1).T
    return array.reshape(-1, array.shape[-1])


def _from_rows(rows: Array, shape: tuple[int, ...]) -> Array:
    """A view of the matrix, turned back into the shape that `_rows` was given."""
    if len(shape) == 4:
        examples, height, width, features = shape
        return rows.T.reshape(features, height, width, examples).transpose(3, 1, 2, 0)
    return rows.reshape(shape)


def _mean_of_features(matrix: Array) -> Array:
    """(rows, 1)."""
    mean = sum_of_features(matrix)[:, np.newaxis]
    mean *= 1.0 / matrix.shape[1]
    return mean

"""Max and average pooling (Goodfellow, Bengio & Courville 2016, section 9.3)."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.windows import Extents, along_both, positions


class Pooling(Layer):
    """Base of the poolings: (examples, height, width, channels) to (examples, height', width', channels).

    Windows are `size` square, or (height, width), step by as much and lie side by side; the pixels left over at the end
    are dropped.
    """

    _inputs: Array

    def __init__(self, size: Extents, dtype: npt.DTypeLike = "float32") -> None:
        super().__init__(dtype)
        self.rows, self.columns = along_both(size, stride=size, padding="valid")
        #: Pixels of a window.
        self.area = self.rows.size * self.columns.size

    def _at_each_position(self, images: Array) -> list[Array]:
        """For each position in a window the view of the images' pixels there, row by row."""
        _, height, width, _ = images.shape
        return [images[:, ys, xs] for _, _, ys, xs in positions(self.rows, self.columns, height, width)]

    def _inputs_gradient(self) -> Array:
        """A buffer for the gradient, zero where pixels were left over."""
        gradient = self._buffers.like("inputs_gradient", self._inputs)
        _, height, width, _ = gradient.shape
        gradient[:, height - height % self.rows.size :] = 0.0
        gradient[:, :, width - width % self.columns.size :] = 0.0
        return gradient


class MaxPooling(Pooling):
    """The largest pixel of each window; the gradient goes to the first of equals, as in PyTorch and TensorFlow."""

    def forward(self, inputs: Array) -> Array:
        self._inputs = inputs
        first, *others = self._at_each_position(inputs)
        self._outputs = self._buffers.like("outputs", first)
        np.copyto(self._outputs, first)
        for pixels in others:
            np.maximum(self._outputs, pixels, out=self._outputs)
        return self._outputs

    def backward(self, gradient: Array) -> Array:
        inputs_gradient = self._inputs_gradient()
        left = self._buffers.like("left", self._outputs)
        largest = self._buffers.like("largest", self._outputs, bool)
        np.copyto(left, gradient)
        *pixels, _ = self._at_each_position(self._inputs)
        *shares, last_share = self._at_each_position(inputs_gradient)
        for pixel, share in zip(pixels, shares, strict=True):
            np.equal(pixel, self._outputs, out=largest)
            np.multiply(left, largest, out=share)
            left -= share
        np.copyto(last_share, left)
        return inputs_gradient


class AveragePooling(Pooling):
    """The mean of each window."""

    def forward(self, inputs: Array) -> Array:
        self._inputs = inputs
        first, *others = self._at_each_position(inputs)
        outputs = self._buffers.like("outputs", first)
        np.copyto(outputs, first)
        for pixels in others:
            outputs += pixels
        outputs *= 1.0 / self.area
        return outputs

    def backward(self, gradient: Array) -> Array:
        inputs_gradient = self._inputs_gradient()
        share = np.multiply(gradient, 1.0 / self.area, out=self._buffers.like("share", gradient))
        for pixels in self._at_each_position(inputs_gradient):
            np.copyto(pixels, share)
        return inputs_gradient


POOLINGS: dict[Literal["max", "average"], type[Pooling]] = {"max": MaxPooling, "average": AveragePooling}


class MeanPooling(Layer):
    """The mean over each sequence's real positions, from (examples, length, features) to (examples, features)."""

    def forward(self, inputs: Array, real: Array | None = None) -> Array:
        """`real` (examples, length) is true where a position is real; None: everywhere."""
        examples, length, features = inputs.shape
        self._shape = inputs.shape
        self._shares = self._buffers.take("shares", (examples, length))
        if real is None:
            self._shares[...] = 1.0 / length
        else:
            lengths = np.count_nonzero(real, axis=1)
            np.divide(real, lengths[:, np.newaxis], out=self._shares, casting="same_kind")
        outputs = self._buffers.take("outputs", (examples, 1, features))
        np.matmul(self._shares[:, np.newaxis], inputs, out=outputs)
        return outputs[:, 0]

    def backward(self, gradient: Array) -> Array:
        inputs_gradient = self._buffers.take("inputs_gradient", self._shape)
        return np.multiply(self._shares[:, :, np.newaxis], gradient[:, np.newaxis], out=inputs_gradient)

"""The two-dimensional convolution (cross-correlation) as one matrix product (Chellapilla, Puri & Simard 2006)."""

import math

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.windows import Extents, Padding, along_both, positions


class Convolution(Layer):
    """outputs[n, y, x, o] = bias[o] + Σ inputs[n, y·s + i, x·s + j, c] · kernel[i, j, c, o], zeros around the image.

    From (examples, height, width, channels) to (examples, height', width', outputs). Parameters: kernel
    (*size, channels, outputs), bias (outputs,); size and stride are of height and width, or a number for both.

    The pixels under all windows are copied into columns, (size · size · channels, height' · width' · examples), so that
    one product with the kernel gives all outputs. A last row of ones in the columns stands for the bias. With the
    examples innermost in memory (the layout of Krizhevsky's cuda-convnet) each copy is of long runs.
    """

    def __init__(
        self,
        channels: int,
        outputs: int,
        size: Extents,
        stride: Extents = 1,
        padding: Padding = "same",
        dtype: npt.DTypeLike = "float32",
    ) -> None:
        super().__init__(dtype)
        self.rows, self.columns = along_both(size, stride, padding)
        self._add_parameter("kernel", (self.rows.size, self.columns.size, channels, outputs))
        self._add_parameter("bias", (outputs,))

    def forward(self, inputs: Array) -> Array:
        self._shape = inputs.shape
        self._columns = self._gather(inputs)
        outputs = self.parameters["bias"].size
        images = self._buffers.take("outputs", (outputs, *self._extents(), len(inputs)))
        np.matmul(self._weights().T, self._columns, out=images.reshape(outputs, -1))
        return images.transpose(3, 1, 2, 0)

    def backward(self, gradient: Array) -> Array:
        self.backward_to_parameters(gradient)
        kernel = self.parameters["kernel"]
        columns_gradient = self._buffers.take("columns_gradient", self._columns[:-1].shape)
        np.matmul(kernel.reshape(-1, kernel.shape[-1]), _by_channel(gradient), out=columns_gradient)
        return self._scatter(columns_gradient)

    def backward_to_parameters(self, gradient: Array) -> None:
        kernel = self.gradients["kernel"]
        weights = self._buffers.take("weights_gradient", (self._columns.shape[0], kernel.shape[-1]))
        np.matmul(self._columns, _by_channel(gradient).T, out=weights)
        kernel[...] = weights[:-1].reshape(kernel.shape)
        self.gradients["bias"][...] = weights[-1]

    def _weights(self) -> Array:
        """Kernel and, as the last row, bias: (size · size · channels + 1, outputs)."""
        kernel, bias = self.parameters["kernel"], self.parameters["bias"]
        weights = self._buffers.take("weights", (kernel.size // bias.size + 1, bias.size))
        weights[:-1] = kernel.reshape(-1, bias.size)
        weights[-1] = bias
        return weights

    def _gather(self, inputs: Array) -> Array:
        """Images to columns (im2col)."""
        examples, height, width, channels = self._shape
        padded, inside = self._padded("padded")
        inside[...] = inputs.transpose(3, 1, 2, 0)
        pixels = self.rows.size * self.columns.size * channels
        columns = self._buffers.take("columns", (pixels + 1, math.prod(self._extents()) * examples))
        patches = self._patches(columns[:-1])
        for row, column, ys, xs in positions(self.rows, self.columns, height, width):
            patches[row, column] = padded[:, ys, xs]
        columns[-1] = 1.0
        return columns

    def _scatter(self, columns_gradient: Array) -> Array:
        """Columns to images (col2im): each pixel receives from all windows that it lies under."""
        _, height, width, _ = self._shape
        padded, inside = self._padded("padded_gradient")
        patches = self._patches(columns_gradient)
        for row, column, ys, xs in positions(self.rows, self.columns, height, width):
            padded[:, ys, xs] += patches[row, column]
        return inside.transpose(3, 1, 2, 0)

    def _extents(self) -> tuple[int, int]:
        """Height and width of the output."""
        _, height, width, _ = self._shape
        return self.rows.extent(height), self.columns.extent(width)

    def _patches(self, columns: Array) -> Array:
        """The columns as (row and column in the window, channels, height', width', examples)."""
        sizes = self.rows.size, self.columns.size
        return columns.reshape(*sizes, self._shape[3], *self._extents(), self._shape[0])

    def _padded(self, name: str) -> tuple[Array, Array]:
        """A buffer of zeros for images with borders, (channels, height, width, examples), and its part inside them."""
        examples, height, width, channels = self._shape
        (top, bottom), (left, right) = self.rows.pads(height), self.columns.pads(width)
        padded = self._buffers.take(name, (channels, top + height + bottom, left + width + right, examples))
        padded[...] = 0.0
        return padded, padded[:, top : top + height, left : left + width]


def _by_channel(images: Array) -> Array:
    """Images as a matrix (channels, height · width · examples): a view of what lies so in memory, or a copy."""
    return images.transpose(3, 1, 2, 0).reshape(images.shape[3], -1)

"""The two-dimensional convolution (Goodfellow, Bengio & Courville 2016, chapter 9): cross-correlation, equation 9.6."""

from typing import Literal

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer


class Convolution(Layer):
    """y[n, p, q, o] = b[o] + Σᵢⱼ Σ_c x[n, p·s + i, q·s + j, c] · K[i, j, c, o], zeros around the image x.

    From (examples, height, width, channels) to (examples, height', width', outputs): for each place (i, j) in the
    kernel, the pixels that lie there under all windows times K[i, j]. The way back takes the same pixels (section 9.5).
    """

    def __init__(self, strides: tuple[int, int], padding: Literal["same", "valid"]) -> None:
        super().__init__()
        self.strides, self.padding = strides, padding

    def forward(self, x: Array) -> Array:
        kernel, (down, right) = self.parameters["kernel"], self.strides
        self.rows = borders(x.shape[1], kernel.shape[0], down, self.padding)
        self.columns = borders(x.shape[2], kernel.shape[1], right, self.padding)
        self.x = np.pad(x, ((0, 0), self.rows, self.columns, (0, 0)))
        places = np.ndindex(kernel.shape[:2])
        y: Array = self.parameters["bias"] + sum(self.x[self.under(i, j)] @ kernel[i, j] for i, j in places)
        return y

    def backward(self, dy: Array) -> Array:
        kernel, dx = self.parameters["kernel"], np.zeros_like(self.x)
        self.gradients["bias"] = dy.sum(axis=(0, 1, 2))
        self.gradients["kernel"] = np.zeros_like(kernel)
        for i, j in np.ndindex(kernel.shape[:2]):
            pixels = self.x[self.under(i, j)]
            self.gradients["kernel"][i, j] = np.tensordot(pixels, dy, axes=([0, 1, 2], [0, 1, 2]))
            dx[self.under(i, j)] += dy @ kernel[i, j].T
        (above, below), (before, behind) = self.rows, self.columns
        return dx[:, above : dx.shape[1] - below, before : dx.shape[2] - behind]

    def under(self, i: int, j: int) -> tuple[slice, slice, slice]:
        """Of the padded images the pixels at place (i, j) of every window."""
        kernel, (down, right) = self.parameters["kernel"], self.strides
        last_row, last_column = self.x.shape[1] - kernel.shape[0], self.x.shape[2] - kernel.shape[1]
        return np.s_[:, i : i + last_row + 1 : down, j : j + last_column + 1 : right]


def borders(pixels: int, size: int, stride: int, padding: Literal["same", "valid"]) -> tuple[int, int]:
    """Zeros before and after an axis of the image.

    For "same", as many as give ⌈pixels / stride⌉ windows, the odd one at the end, as in TensorFlow and Keras.
    """
    windows = -(-pixels // stride)
    zeros = max((windows - 1) * stride + size - pixels, 0) if padding == "same" else 0
    return zeros // 2, zeros - zeros // 2

"""Pooling (Goodfellow, Bengio & Courville 2016, section 9.3), and the mean over a sequence."""

from typing import Literal

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer


class MaxPooling(Layer):
    """y = the largest pixel of each window; dy goes to that pixel, the first of equals."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Array) -> Array:
        self.shape, windows = x.shape, windows_of(x, self.size)
        self.where = windows.argmax(axis=-1, keepdims=True)
        return np.take_along_axis(windows, self.where, axis=-1)[..., 0]

    def backward(self, dy: Array) -> Array:
        dx = np.zeros(self.shape, dy.dtype)
        windows = windows_of(dx, self.size)
        np.put_along_axis(windows, self.where, dy[..., np.newaxis], axis=-1)
        return images_of(windows, self.shape, self.size)


class AveragePooling(Layer):
    """y = the mean of each window; each of its pixels takes an equal share of dy."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Array) -> Array:
        self.shape, windows = x.shape, windows_of(x, self.size)
        y: Array = windows.mean(axis=-1)
        return y

    def backward(self, dy: Array) -> Array:
        pixels = self.size[0] * self.size[1]
        windows = np.repeat(dy[..., np.newaxis] / pixels, pixels, axis=-1)
        return images_of(windows, self.shape, self.size)


class MeanPooling(Layer):
    """y = the mean over a sequence's real positions, from (examples, length, features) to (examples, features)."""

    def forward(self, x: Array, real: Array) -> Array:
        """`real` (examples, length) is true where a position is no padding."""
        self.shares = (real / real.sum(axis=1, keepdims=True)).astype(x.dtype)
        y: Array = np.einsum("nt,ntf->nf", self.shares, x)
        return y

    def backward(self, dy: Array) -> Array:
        dx: Array = np.einsum("nt,nf->ntf", self.shares, dy)
        return dx


POOLINGS: dict[Literal["max", "average"], type[MaxPooling] | type[AveragePooling]] = {
    "max": MaxPooling,
    "average": AveragePooling,
}


def windows_of(images: Array, size: tuple[int, int]) -> Array:
    """The windows side by side, (examples, height', width', channels, pixels); what is left over is dropped."""
    (height, width), (n, rows, columns, channels) = size, images.shape
    down, right = rows // height, columns // width
    whole = images[:, : down * height, : right * width].reshape(n, down, height, right, width, channels)
    return whole.transpose(0, 1, 3, 5, 2, 4).reshape(n, down, right, channels, height * width)


def images_of(windows: Array, shape: tuple[int, ...], size: tuple[int, int]) -> Array:
    """Back from `windows_of`: images of that shape, 0 where pixels were left over."""
    (height, width), (n, down, right, channels, _) = size, windows.shape
    whole = windows.reshape(n, down, right, channels, height, width).transpose(0, 1, 4, 2, 5, 3)
    images = np.zeros(shape, windows.dtype)
    images[:, : down * height, : right * width] = whole.reshape(n, down * height, right * width, channels)
    return images

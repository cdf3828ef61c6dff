"""Where the windows of a convolution or a pooling lie: extent, padding, and the pixels at each position."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

Padding: TypeAlias = Literal["same", "valid"]
#: Of height and width; one number stands for both.
Extents: TypeAlias = int | tuple[int, int]


@dataclass(frozen=True)
class Windows:
    """Windows of `size` that step by `stride` along one axis of an image."""

    size: int
    stride: int
    padding: Padding

    def extent(self, pixels: int) -> int:
        """How many windows fit along `pixels`: ⌈n / s⌉ for same, ⌊(n − k) / s⌋ + 1 for valid."""
        if self.padding == "same":
            return -(-pixels // self.stride)
        return max((pixels - self.size) // self.stride + 1, 0)

    def pads(self, pixels: int) -> tuple[int, int]:
        """Padding before and after `pixels`.

        For same it is max((⌈n / s⌉ − 1) · s + k − n, 0) in all with the odd one at the end, as in TensorFlow and Keras.
        """
        if self.padding == "valid":
            return 0, 0
        total = max((self.extent(pixels) - 1) * self.stride + self.size - pixels, 0)
        return total // 2, total - total // 2

    def pixels(self, offset: int, pixels: int) -> slice:
        """Of `pixels` (with their padding) the one at that offset in each window."""
        return slice(offset, offset + (self.extent(pixels) - 1) * self.stride + 1, self.stride)


class Position(NamedTuple):
    """One position in the windows, and the pixels of (padded) images that are there in each window."""

    row: int
    column: int
    ys: slice
    xs: slice


def along_both(size: Extents, stride: Extents, padding: Padding) -> tuple[Windows, Windows]:
    """The windows along an image's height, and those along its width."""
    (height, width), (down, right) = (each if isinstance(each, tuple) else (each, each) for each in (size, stride))
    return Windows(height, down, padding), Windows(width, right, padding)


@cache
def positions(rows: Windows, columns: Windows, height: int, width: int) -> tuple[Position, ...]:
    """Every position in the windows over images of that extent, row by row."""
    return tuple(
        Position(row, column, rows.pixels(row, height), columns.pixels(column, width))
        for row in range(rows.size)
        for column in range(columns.size)
    )

"""Where panels lie: rows and columns with room for what is written beside them, in inches.

Matplotlib's constrained layout finds this room by drawing everything; widths of the labels are known before.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

#: Width of a figure, of one panel alone, and of what is left free at the edges and between panels.
WIDTH, NARROW, EDGE, GAP = 9.0, 6.3, 0.08, 0.16
TITLE_LINE = 0.19


@cache
def text_width(text: str, size: float) -> float:
    """Inches of a line of text.

    Args:
        size: of the font, in points.
    """
    font = get_font(findfont(FontProperties(family=["DejaVu Sans"])))
    font.set_size(size, 72)
    font.set_text(text, 0.0, LoadFlags.NO_HINTING)  # as browsers lay it out
    return float(font.get_width_height()[0]) / 64 / 72


@dataclass(frozen=True)
class Place:
    """A rectangle, from the figure's lower left corner."""

    x: float
    y: float
    width: float
    height: float

    def share_of(self, size: tuple[float, float]) -> tuple[float, float, float, float]:
        """As shares of the figure's width and height."""
        return self.x / size[0], self.y / size[1], self.width / size[0], self.height / size[1]

    def beside(self, width: float) -> "Place":
        """A narrow one at the right."""
        return Place(self.x + self.width + 0.06, self.y, width, self.height)


class Grid:
    """Panels in rows of at most some columns."""

    def __init__(self, columns: int, heights: Sequence[float], title_lines: Sequence[int]) -> None:
        """Args:
        columns: at most.
        heights: of each panel with its title and labels; a row is as high as its highest.
        title_lines: of each panel's title.
        """
        self._width = WIDTH if columns > 1 else NARROW
        self._columns = max(1, min(columns, len(heights)))
        rows = math.ceil(len(heights) / self._columns)
        self._rows = [slice(row * self._columns, (row + 1) * self._columns) for row in range(rows)]
        self._heights = [max(heights[row]) for row in self._rows]
        self._titles = [TITLE_LINE * max(title_lines[row]) + 0.06 for row in self._rows]
        self._left, self._right = [0.0] * self._columns, [0.0] * self._columns
        self._below = [0.0] * rows
        self._top = EDGE

    def reserve(self, index: int, left: float, below: float, right: float) -> None:
        """Make sure of room beside and below a panel."""
        row, column = divmod(index, self._columns)
        self._left[column] = max(self._left[column], left)
        self._right[column] = max(self._right[column], right)
        self._below[row] = max(self._below[row], below)

    def reserve_top(self, height: float) -> None:
        """Make sure of room above all panels."""
        self._top += height

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the figure."""
        return self._width, self._top + sum(self._heights) + EDGE

    def place(self, index: int) -> Place:
        """Where a panel's axes lie."""
        row, column = divmod(index, self._columns)
        free = self.size[0] - 2 * EDGE - GAP * self._columns - sum(self._left) - sum(self._right)
        width = max(0.4, free / self._columns)
        before = sum(self._left[: column + 1]) + sum(self._right[:column]) + (width + GAP) * column
        top = self.size[1] - self._top - sum(self._heights[:row]) - self._titles[row]
        height = max(0.3, self._heights[row] - self._titles[row] - self._below[row] - GAP / 2)
        return Place(EDGE + before, top - height, width, height)

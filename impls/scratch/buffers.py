"""Memory that a layer keeps from step to step: fresh large arrays would cost a page fault every few kilobytes."""

import math

import numpy as np
import numpy.typing as npt

from impls.protocol import Array


class Buffers:
    """Named arrays of one dtype that grow when they must and are never given back.

    A smaller batch uses the front of what a larger one left, so each name costs as much as its largest use. Contents
    are whatever the last user of the name left.
    """

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._memory: dict[str, Array] = {}
        #: Name -> the last request and what was returned for it: most steps request the same again.
        self._given: dict[str, tuple[object, Array]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike | None = None) -> Array:
        """The buffer of that name in that shape, C-contiguous."""
        asked, view = self._given.get(name, (None, None))
        if view is None or asked != shape:
            view = self._carve(name, shape, dtype)
            self._given[name] = shape, view
        return view

    def like(self, name: str, array: Array, dtype: npt.DTypeLike | None = None) -> Array:
        """The buffer of that name in the array's shape, and with its axes in the same order in memory."""
        asked, view = self._given.get(name, (None, None))
        wanted = array.shape, array.strides
        if view is None or asked != wanted:
            outermost_first = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
            carved = self._carve(name, tuple(array.shape[axis] for axis in outermost_first), dtype)
            view = carved.transpose(np.argsort(outermost_first))
            self._given[name] = wanted, view
        return view

    def _carve(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike | None) -> Array:
        size = math.prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.size < size:
            memory = self._memory[name] = np.empty(size, self._dtype if dtype is None else dtype)
        return memory[:size].reshape(shape)

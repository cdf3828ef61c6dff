"""Sums along one axis of a matrix as products with ones, which BLAS does several times as fast as NumPy's `sum`."""

from functools import lru_cache

import numpy as np

from impls.protocol import Array


def sum_of_rows(matrix: Array, out: Array | None = None) -> Array:
    """Σᵢ of matrix (rows, features): (features,)."""
    return np.matmul(_ones(len(matrix), matrix.dtype), matrix, out=out)


def sum_of_features(matrix: Array, out: Array | None = None) -> Array:
    """Σⱼ of matrix (rows, features): (rows,)."""
    return np.matmul(matrix, _ones(matrix.shape[1], matrix.dtype), out=out)


@lru_cache(maxsize=64)
def _ones(size: int, dtype: np.dtype[np.generic]) -> Array:
    ones = np.ones(size, dtype)
    ones.flags.writeable = False
    return ones

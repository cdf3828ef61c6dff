"""Starting distributions of parameters; each function draws a float64 array of a shape from a seeded generator.

The scaled ones need a kernel: a dense one (in, out), or a convolution's (height, width, in, out).
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Float64: TypeAlias = npt.NDArray[np.float64]
Initializer: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], Float64]

#: Half-width of `uniform`, which is Keras's default for embeddings.
UNIFORM_LIMIT = 0.05


def zeros(_generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """All zero; draws nothing."""
    return np.zeros(shape)


def ones(_generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """All one; draws nothing."""
    return np.ones(shape)


def uniform(generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """U(-0.05, 0.05)."""
    return generator.uniform(-UNIFORM_LIMIT, UNIFORM_LIMIT, shape)


def embedding_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """N(0, 1 / width) for embeddings (tokens, width) that are multiplied by √width (Vaswani et al. 2017, 3.4)."""
    return generator.normal(0.0, shape[-1] ** -0.5, shape)


def forget_bias(_generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """An LSTM's bias (4 · units,): 1 for the forget gate, the second of four, else 0 (Jozefowicz et al. 2015)."""
    bias = np.zeros(shape)
    units = shape[0] // 4
    bias[units : 2 * units] = 1.0
    return bias


def glorot_uniform(generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """U(-a, a), a = √(6 / (fan_in + fan_out)) (Glorot & Bengio 2010, equation 16)."""
    limit = math.sqrt(6.0 / sum(fans(shape)))
    return generator.uniform(-limit, limit, shape)


def he_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """N(0, 2 / fan_in), not truncated (He et al. 2015, equation 10)."""
    return generator.normal(0.0, math.sqrt(2.0 / fans(shape)[0]), shape)


def orthogonal(generator: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """Orthonormal columns (rows, if these are fewer), uniform over all such matrices (Saxe et al. 2014).

    A kernel of more than two axes is one matrix of its last axis against all others. The factor Q of a Gaussian matrix
    is uniform only once the signs on R's diagonal are made positive (Mezzadri 2007).

    Raises:
        ValueError: the shape has fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"an orthogonal kernel needs two or more axes, not the shape {shape}")
    rows, columns = math.prod(shape[:-1]), shape[-1]
    gaussian = generator.normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(gaussian)
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Connections into and out of a unit: (in, out) of a dense kernel, times height · width for a convolution.

    Raises:
        ValueError: the shape has fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"fans belong to kernels of two or more axes, not to the shape {shape}")
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]

"""The shortest training loop in NumPy: what one writes first, with nothing preallocated and nothing fused."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.overhead.contest import BATCH_SIZE, Examples
from impls import Array


def _adam(parameters: list[Array]) -> Callable[[list[Array]], None]:
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    steps = 0

    def update(gradients: list[Array]) -> None:
        nonlocal steps
        steps += 1
        for p, g, m, v in zip(parameters, gradients, first, second, strict=True):
            m[:] = 0.9 * m + 0.1 * g
            v[:] = 0.999 * v + 0.001 * g**2
            p -= 1e-3 * (m / (1 - 0.9**steps)) / (np.sqrt(v / (1 - 0.999**steps)) + 1e-8)

    return update


def _softmax_gradient(logits: Array, classes: Array) -> Array:
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(classes)), classes] -= 1
    gradient: Array = probabilities / len(classes)
    return gradient


def _he(generator: np.random.Generator, *shape: int) -> Array:
    weights: Array = (generator.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:-1]))).astype(np.float32)
    return weights


def mlp(examples: Examples) -> Callable[[], None]:
    """Dense layers 784-256-128-10."""
    generator = np.random.default_rng(0)
    weights = [_he(generator, *shape) for shape in ((784, 256), (256, 128), (128, 10))]
    biases = [np.zeros(n, np.float32) for n in (256, 128, 10)]
    update = _adam(weights + biases)

    def epoch() -> None:
        for start in range(0, len(examples.inputs), BATCH_SIZE):
            x, y = (array[start : start + BATCH_SIZE] for array in examples)
            h1 = np.maximum(x @ weights[0] + biases[0], 0)
            h2 = np.maximum(h1 @ weights[1] + biases[1], 0)
            d3 = _softmax_gradient(h2 @ weights[2] + biases[2], y)
            d2 = (d3 @ weights[2].T) * (h2 > 0)
            d1 = (d2 @ weights[1].T) * (h1 > 0)
            update([x.T @ d1, h1.T @ d2, h2.T @ d3, d1.sum(0), d2.sum(0), d3.sum(0)])

    return epoch


def _convolve(x: Array, kernel: Array) -> tuple[Array, Array]:
    windows = sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (3, 3), axis=(1, 2))
    return np.einsum("nhwcij,ijco->nhwo", windows, kernel, optimize=True), windows


def _pool(x: Array) -> tuple[Array, Array]:
    n, h, w, c = x.shape
    blocks = x.reshape(n, h // 2, 2, w // 2, 2, c)
    pooled = blocks.max(axis=(2, 4), keepdims=True)
    return pooled.reshape(n, h // 2, w // 2, c), (blocks == pooled).astype(np.float32)


def _unpool(gradient: Array, routes: Array) -> Array:
    n, h, _, w, _, c = routes.shape
    return (routes * gradient.reshape(n, h, 1, w, 1, c)).reshape(n, 2 * h, 2 * w, c)


def cnn(examples: Examples) -> Callable[[], None]:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    generator = np.random.default_rng(0)
    kernels = [_he(generator, 3, 3, 1, 16), _he(generator, 3, 3, 16, 32), _he(generator, 1568, 10)]
    biases = [np.zeros(n, np.float32) for n in (16, 32, 10)]
    update = _adam(kernels + biases)

    def epoch() -> None:
        for start in range(0, len(examples.inputs), BATCH_SIZE):
            x, y = (array[start : start + BATCH_SIZE] for array in examples)
            c1, windows1 = _convolve(x, kernels[0])
            r1 = np.maximum(c1 + biases[0], 0)
            p1, routes1 = _pool(r1)
            c2, windows2 = _convolve(p1, kernels[1])
            r2 = np.maximum(c2 + biases[1], 0)
            p2, routes2 = _pool(r2)
            flat = p2.reshape(len(x), -1)
            d3 = _softmax_gradient(flat @ kernels[2] + biases[2], y)
            d2 = _unpool((d3 @ kernels[2].T).reshape(p2.shape), routes2) * (r2 > 0)
            k2 = np.einsum("nhwcij,nhwo->ijco", windows2, d2, optimize=True)
            d1, _ = _convolve(d2, kernels[1][::-1, ::-1].swapaxes(2, 3))
            d1 = _unpool(d1, routes1) * (r1 > 0)
            k1 = np.einsum("nhwcij,nhwo->ijco", windows1, d1, optimize=True)
            update([k1, k2, flat.T @ d3, d1.sum((0, 1, 2)), d2.sum((0, 1, 2)), d3.sum(0)])

    return epoch

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.pooling import POOLINGS, MaxPooling
from tests.impls.scratch.finite_differences import check_layer, examples_innermost

REDUCTIONS: dict[str, Callable[..., Array]] = {"max": np.max, "average": np.mean}


def distinct(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Pixels that differ by far more than a difference's step, so that no maximum changes its place; none is so large
    that the rounding of their sum shows in a difference.
    """
    return generator.permutation(np.linspace(1.0, 2.0, int(np.prod(shape)))).reshape(shape)


def by_blocks(kind: str, images: Array, size: tuple[int, int]) -> Array:
    rows, columns = images.shape[1] // size[0], images.shape[2] // size[1]
    kept = images[:, : rows * size[0], : columns * size[1]]
    blocks = kept.reshape(len(images), rows, size[0], columns, size[1], images.shape[3])
    return np.asarray(REDUCTIONS[kind](blocks, axis=(2, 4)))


@pytest.mark.parametrize("kind", POOLINGS)
@given(
    examples=st.integers(1, 3), height=st.integers(1, 7), width=st.integers(1, 7), channels=st.integers(1, 3),
    size=st.tuples(st.integers(1, 3), st.integers(1, 3)), innermost=st.booleans(), seed=st.integers(0, 10**6),
)  # fmt: skip
def test_forward_and_gradients(
    kind: str, examples: int, height: int, width: int, channels: int, size: tuple[int, int], innermost: bool, seed: int
) -> None:
    assume(height >= size[0] and width >= size[1])
    generator = np.random.default_rng(seed)
    images = distinct(generator, (examples, height, width, channels))
    if innermost:
        images = examples_innermost(images)
    layer = POOLINGS["max" if kind == "max" else "average"](size, "float64")
    np.testing.assert_allclose(layer.forward(images), by_blocks(kind, images, size), rtol=1e-14)
    check_layer(layer, images, generator)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_one_number_stands_for_both_sides(kind: str) -> None:
    images = distinct(np.random.default_rng(0), (2, 7, 5, 2))
    layer = POOLINGS["max" if kind == "max" else "average"](2, "float64")
    np.testing.assert_allclose(layer.forward(images), by_blocks(kind, images, (2, 2)), rtol=1e-14)


@pytest.mark.parametrize(
    ("window", "chosen"),
    [([[1, 1], [1, 1]], (0, 0)), ([[0, 1], [1, 1]], (0, 1)), ([[0, 0], [1, 1]], (1, 0)), ([[0, 0], [0, 1]], (1, 1))],
)
def test_the_first_of_equal_pixels_takes_the_gradient(window: list[list[int]], chosen: tuple[int, int]) -> None:
    layer = MaxPooling(2, "float64")
    layer.forward(np.array(window, float).reshape(1, 2, 2, 1))
    wanted = np.zeros((2, 2))
    wanted[chosen] = 5.0
    np.testing.assert_array_equal(layer.backward(np.full((1, 1, 1, 1), 5.0)).reshape(2, 2), wanted)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_left_over_pixels_have_no_gradient(kind: str) -> None:
    """Not even where a larger image has left something in the buffer."""
    layer = POOLINGS["max" if kind == "max" else "average"](2, "float64")
    for extent in (6, 5):
        outputs = layer.forward(np.ones((1, extent, extent, 1)))
        gradient = layer.backward(np.ones_like(outputs))
    assert not gradient[:, 4].any()
    assert not gradient[:, :, 4].any()
    assert gradient.sum() == 4

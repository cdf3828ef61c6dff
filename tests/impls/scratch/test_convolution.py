import numpy as np
import pytest
import scipy.signal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impls.cnn.architecture import Padding
from impls.protocol import Array
from impls.scratch.convolution import Convolution
from impls.scratch.windows import Extents, Windows
from tests.impls.scratch.finite_differences import check_layer, examples_innermost

small = st.integers(1, 3)
extents = st.integers(1, 7)
paddings: st.SearchStrategy[Padding] = st.sampled_from(["same", "valid"])
kernels = st.sampled_from([1, 3, 5])


def make(
    channels: int, outputs: int, size: Extents, stride: Extents, padding: Padding, generator: np.random.Generator
) -> Convolution:
    layer = Convolution(channels, outputs, size, stride, padding, "float64")
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    return layer


def by_scipy(layer: Convolution, images: Array) -> Array:
    """The definition: every channel correlated with its kernel at every offset, then each stride-th kept."""
    kernel, bias = layer.parameters["kernel"], layer.parameters["bias"]
    (top, bottom), (left, right) = layer.rows.pads(images.shape[1]), layer.columns.pads(images.shape[2])
    padded = np.pad(images, ((0, 0), (top, bottom), (left, right), (0, 0)))
    outputs = np.stack(
        [
            [
                sum(
                    scipy.signal.correlate2d(image[:, :, channel], kernel[:, :, channel, output], mode="valid")
                    for channel in range(kernel.shape[2])
                )
                + bias[output]
                for output in range(kernel.shape[3])
            ]
            for image in padded
        ]
    )
    return outputs.transpose(0, 2, 3, 1)[:, :: layer.rows.stride, :: layer.columns.stride]


@settings(max_examples=60)
@given(
    examples=small, height=extents, width=extents, channels=small, outputs=small, size=kernels, stride=small,
    padding=paddings, seed=st.integers(0, 10**6),
)  # fmt: skip
def test_forward_and_gradients(
    examples: int, height: int, width: int, channels: int, outputs: int, size: int, stride: int, padding: Padding,
    seed: int,
) -> None:  # fmt: skip
    assume(padding == "same" or min(height, width) >= size)
    generator = np.random.default_rng(seed)
    layer = make(channels, outputs, size, stride, padding, generator)
    images = generator.normal(size=(examples, height, width, channels))
    np.testing.assert_allclose(layer.forward(images), by_scipy(layer, images), rtol=1e-12, atol=1e-12)
    check_layer(layer, images, generator)


@settings(max_examples=30)
@given(
    height=extents, width=extents, rows=kernels, columns=kernels, down=small, right=small, padding=paddings,
    seed=st.integers(0, 10**6),
)  # fmt: skip
def test_kernels_and_strides_of_unequal_sides(
    height: int, width: int, rows: int, columns: int, down: int, right: int, padding: Padding, seed: int
) -> None:
    assume(padding == "same" or (height >= rows and width >= columns))
    generator = np.random.default_rng(seed)
    layer = make(2, 2, (rows, columns), (down, right), padding, generator)
    images = generator.normal(size=(2, height, width, 2))
    np.testing.assert_allclose(layer.forward(images), by_scipy(layer, images), rtol=1e-12, atol=1e-12)
    check_layer(layer, images, generator)


def test_gradients_with_examples_innermost() -> None:
    generator = np.random.default_rng(3)
    layer = make(2, 3, 3, 2, "same", generator)
    check_layer(layer, examples_innermost(generator.normal(size=(2, 5, 4, 2))), generator)


@pytest.mark.parametrize(
    ("pixels", "size", "stride", "pads"),
    [(8, 3, 1, (1, 1)), (8, 3, 2, (0, 1)), (9, 3, 2, (1, 1)), (8, 5, 2, (1, 2)), (4, 1, 3, (0, 0)), (13, 5, 3, (2, 2))],
)
def test_same_padding_is_tensorflows(pixels: int, size: int, stride: int, pads: tuple[int, int]) -> None:
    """Figures of TensorFlow's guide on padding: the odd one is at the end."""
    assert Windows(size, stride, "same").pads(pixels) == pads
    assert Windows(size, stride, "valid").pads(pixels) == (0, 0)


def test_after_batches_and_images_of_other_sizes() -> None:
    """No border keeps what a larger batch left in its buffer."""
    generator = np.random.default_rng(5)
    used = make(2, 3, 3, 1, "same", generator)
    for shape in [(6, 5, 5, 2), (1, 4, 3, 2), (6, 5, 5, 2), (2, 7, 7, 2)]:
        images = generator.normal(size=shape)
        fresh = make(2, 3, 3, 1, "same", generator)
        fresh.parameters.update(used.parameters)
        outputs, wanted = used.forward(images), fresh.forward(images)
        np.testing.assert_array_equal(outputs, wanted)
        np.testing.assert_array_equal(used.backward(outputs), fresh.backward(wanted))
        for kind, gradient in fresh.gradients.items():
            np.testing.assert_array_equal(used.gradients[kind], gradient)


def test_float32_stays_float32() -> None:
    layer = Convolution(1, 2, 3)
    outputs = layer.forward(np.ones((2, 4, 4, 1), np.float32))
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32

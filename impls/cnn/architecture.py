"""A convolutional network: blocks of convolution, normalization, activation and pooling, then dense layers."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, get_args

from impls.spec.activations import ACTIVATIONS, Activation, kernel_initializer
from impls.spec.architecture import Architecture, Family, ParameterSpec, is_count, is_rate, is_size
from impls.spec.normalization import NORMALIZATIONS, Normalization, normalization_parameters
from impls.spec.tokens import Field

Pooling: TypeAlias = Literal["max", "average"]
Padding: TypeAlias = Literal["same", "valid"]


@dataclass(frozen=True)
class CNN(Architecture):
    """Sizes and settings of a convolutional network.

    Layer by layer: `convolution_i`, `norm_i`, activation, pooling, for each entry of `channels`; flatten (height,
    width, channels); then `hidden_i` (dense), activation, `dropout_i`, for each width in `hidden`; then `output`.
    Without dense layers the one `dropout_0` acts on the flattened features. `norm_i` of kind "layer" is over the
    channels of each position.

    `same` padding is Keras's and TensorFlow's: a total of max((⌈n/s⌉ − 1)·s + k − n, 0) zeros, the odd one at the end.
    Pooling windows are `pool_size` square, step by as much, and drop what is left over at the end.

    An image of width 1 is a sequence: kernels, strides and pooling windows are then 1 wide (convolution in time). With
    tokens, `embedding` comes first and makes such an image of them (Kim 2014); padding is a symbol like the others.

    Raises:
        ArchitectureError: a size is below 1, a setting unknown, or an image shrinks to nothing on its way.
    """

    name: ClassVar[str] = "cnn"
    title: ClassVar[str] = "CNN"
    family: ClassVar[Family] = "feed-forward"

    #: Height, width, channels; with tokens, positions, 1, width of the embedding.
    inputs: tuple[int, int, int]
    channels: tuple[int, ...] = (16, 32)
    kernel_size: int = 3
    stride: int = 1
    padding: Padding = "same"
    pooling: Pooling | None = "max"
    pool_size: int = 2
    hidden: tuple[int, ...] = ()
    outputs: int = 10
    activation: Activation = "relu"
    dropout: float = 0.0
    normalization: Normalization | None = None
    #: Size of the vocabulary; 0 where the inputs are images.
    tokens: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        sizes = "a tuple of whole numbers, each >= 1"
        self._require(
            isinstance(self.inputs, tuple) and len(self.inputs) == 3 and all(map(is_size, self.inputs)),
            "inputs",
            "(height, width, channels), each >= 1",
        )
        for field in ("channels", "hidden"):
            value = getattr(self, field)
            self._require(isinstance(value, tuple) and all(map(is_size, value)), field, sizes)
        self._require(len(self.channels) > 0, "channels", "at least one convolution (an MLP has none)")
        self._require(is_size(self.kernel_size), "kernel_size", "a whole number of 1 or more")
        for field in ("stride", "pool_size", "outputs"):
            self._require(is_size(getattr(self, field)), field, "a whole number of 1 or more")
        self._require(self.padding in get_args(Padding), "padding", "'same' or 'valid'")
        self._require(self.pooling is None or self.pooling in get_args(Pooling), "pooling", "'max', 'average' or None")
        self._require(self.activation in ACTIVATIONS, "activation", f"one of {', '.join(ACTIVATIONS)}")
        self._require(is_rate(self.dropout), "dropout", "a rate from 0 up to, not including, 1")
        self._require(
            self.normalization is None or self.normalization in NORMALIZATIONS,
            "normalization",
            f"None or one of {', '.join(NORMALIZATIONS)}",
        )
        self._require(is_count(self.tokens), "tokens", "a whole number of 0 or more")
        self._require(not self.tokens or self.inputs[1] == 1, "inputs", "(positions, 1, embedding's width) with tokens")
        self._require(
            all(extent >= 1 for shape in self.convolution_shapes() + self.block_shapes() for extent in shape),
            "inputs",
            f"an image large enough for {len(self.channels)} blocks with these kernels, strides and pools",
        )

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.inputs[:1] if self.tokens else self.inputs

    @property
    def fields(self) -> tuple[Field, ...]:
        return (Field(self.inputs[0], self.tokens),) if self.tokens else ()

    @property
    def kernel_shape(self) -> tuple[int, int]:
        """Height and width of a convolution's kernel."""
        return self.kernel_size, 1 if self.inputs[1] == 1 else self.kernel_size

    @property
    def strides(self) -> tuple[int, int]:
        """Steps of a kernel along height and width."""
        return self.stride, 1 if self.inputs[1] == 1 else self.stride

    @property
    def pool_shape(self) -> tuple[int, int]:
        """Height and width of a pooling window."""
        return self.pool_size, 1 if self.inputs[1] == 1 else self.pool_size

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.outputs,)

    def convolution_shapes(self) -> list[tuple[int, int, int]]:
        """(height, width, channels) after each block's convolution, before its pooling."""
        return [convolved for convolved, _ in self._shapes()]

    def block_shapes(self) -> list[tuple[int, int, int]]:
        """(height, width, channels) after each block, pooling included."""
        return [pooled for _, pooled in self._shapes()]

    @property
    def flat_features(self) -> int:
        """Features that the first dense layer sees."""
        height, width, channels = self.block_shapes()[-1]
        return height * width * channels

    def parameters(self) -> dict[str, ParameterSpec]:
        specs: dict[str, ParameterSpec] = {}
        initializer = kernel_initializer(self.activation)
        depth = self.inputs[2]
        if self.tokens:
            specs["embedding/embeddings"] = ParameterSpec((self.tokens, depth), "uniform")
        for index, channels in enumerate(self.channels):
            shape = (*self.kernel_shape, depth, channels)
            specs[f"convolution_{index}/kernel"] = ParameterSpec(shape, initializer)
            specs[f"convolution_{index}/bias"] = ParameterSpec((channels,))
            specs |= normalization_parameters(f"norm_{index}", self.normalization, channels)
            depth = channels
        width = self.flat_features
        for index, units in enumerate(self.hidden):
            specs[f"hidden_{index}/kernel"] = ParameterSpec((width, units), initializer)
            specs[f"hidden_{index}/bias"] = ParameterSpec((units,))
            width = units
        specs["output/kernel"] = ParameterSpec((width, self.outputs), "glorot_uniform")
        specs["output/bias"] = ParameterSpec((self.outputs,))
        return specs

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        if self.dropout == 0.0:
            return {}
        if not self.hidden:
            return {"dropout_0": (self.flat_features,)}
        return {f"dropout_{index}": (units,) for index, units in enumerate(self.hidden)}

    def multiply_adds(self) -> dict[str, int]:
        costs = {"embedding": 0} if self.tokens else {}
        depth = self.inputs[2]
        for index, (height, width, channels) in enumerate(self.convolution_shapes()):
            costs[f"convolution_{index}"] = height * width * channels * math.prod(self.kernel_shape) * depth
            depth = channels
        widths = (self.flat_features, *self.hidden, self.outputs)
        names = [*(f"hidden_{index}" for index in range(len(self.hidden))), "output"]
        return costs | {name: a * b for name, a, b in zip(names, widths, widths[1:], strict=False)}

    def _shapes(self) -> list[tuple[tuple[int, int, int], tuple[int, int, int]]]:
        extents = self.inputs[:2]
        shapes = []
        for channels in self.channels:
            height, width = (self._convolved(extent, axis) for axis, extent in enumerate(extents))
            pools = self.pool_shape if self.pooling else (1, 1)
            extents = height // pools[0], width // pools[1]
            shapes.append(((height, width, channels), (*extents, channels)))
        return shapes

    def _convolved(self, extent: int, axis: int) -> int:
        stride, kernel = self.strides[axis], self.kernel_shape[axis]
        if self.padding == "same":
            return -(-extent // stride)
        return max((extent - kernel) // stride + 1, 0)

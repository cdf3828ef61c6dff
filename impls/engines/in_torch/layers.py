"""Layers that PyTorch lacks, or means differently than Keras does; the rest of a network is `torch.nn` itself.

Images pass between layers as (examples, channels, height, width), in `channels_last` memory.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it

from impls.spec.activations import LEAKY_RELU_SLOPE, Activation
from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "leaky_relu": partial(nn.LeakyReLU, LEAKY_RELU_SLOPE),
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
}

POOLINGS: dict[str, Callable[[tuple[int, int]], nn.Module]] = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}


class Convolution(nn.Conv2d):
    """A convolution whose `same` padding is Keras's: the odd zero of a strided one at the end, not on both sides.

    Args:
        channels_in: channels of an input image.
        channels_out: channels of an output image.
        kernel_size: height and width of the kernel, odd.
        stride: steps of the kernel along height and width.
        padding: "same" leaves ceil(extent / stride) positions, "valid" those where the kernel lies inside.
    """

    def __init__(
        self, channels_in: int, channels_out: int, kernel_size: tuple[int, int], stride: tuple[int, int], padding: str
    ) -> None:
        # With stride 1 and an odd kernel both sides get the same, which the convolution does itself.
        own = (kernel_size[0] // 2, kernel_size[1] // 2) if padding == "same" and stride == (1, 1) else 0
        super().__init__(channels_in, channels_out, kernel_size, stride, own)
        self.pads_by_extent = padding == "same" and stride != (1, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, channels_in, height, width) to (examples, channels_out, height', width')."""
        if not self.pads_by_extent:
            return super().forward(inputs)
        height, width = (self._total_padding(extent, axis) for axis, extent in enumerate(inputs.shape[2:]))
        if height % 2 == 0 and width % 2 == 0:
            return F.conv2d(inputs, self.weight, self.bias, self.stride, (height // 2, width // 2))
        sides = (width // 2, width - width // 2, height // 2, height - height // 2)
        return F.conv2d(F.pad(inputs, sides), self.weight, self.bias, self.stride)

    def _total_padding(self, extent: int, axis: int) -> int:
        stride, kernel = self.stride[axis], self.kernel_size[axis]
        return max((math.ceil(extent / stride) - 1) * stride + kernel - extent, 0)


class TokenImages(nn.Embedding):
    """An embedding that makes an image of width 1 of each sequence of tokens."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, length) to (examples, embedding's width, length, 1), a view in `channels_last` memory."""
        return super().forward(inputs.unsqueeze(2)).permute(0, 3, 1, 2)


class Flatten(nn.Module):
    """Images to features in the order height, width, channels, as they lie in `channels_last` memory: a view."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, channels, height, width) to (examples, height * width * channels)."""
        return inputs.permute(0, 2, 3, 1).flatten(1)


class BatchNormalization(nn.Module):
    """Batch normalization (Ioffe & Szegedy 2015) of the channels (axis 1).

    Unlike `nn.BatchNorm2d` it takes a batch of one, and its running variance moves to the batch's biased variance.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, units: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(units))
        self.bias = nn.Parameter(torch.zeros(units))
        self.register_buffer("running_mean", torch.zeros(units))
        self.register_buffer("running_var", torch.ones(units))

    def forward(self, inputs: Tensor) -> Tensor:
        """Normalize (examples, units, ...) by the batch's own statistics in training, else by the running ones."""
        if not self.training:
            return F.batch_norm(
                inputs, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=EPSILON
            )
        # The fused kernel behind nn.BatchNorm2d, which also hands out what it computed on the way.
        outputs, mean, inverse_deviation = torch.native_batch_norm(
            inputs, self.weight, self.bias, None, None, True, 0.0, EPSILON
        )
        with torch.no_grad():
            self.running_mean.lerp_(mean, 1 - BATCH_MOMENTUM)
            self.running_var.lerp_(inverse_deviation.pow(-2) - EPSILON, 1 - BATCH_MOMENTUM)
        return outputs


class LayerNormalization(nn.LayerNorm):
    """Layer normalization (Ba et al. 2016) over the channels (axis 1), for an image at each position by itself."""

    def __init__(self, units: int) -> None:
        super().__init__(units, eps=EPSILON)

    def forward(self, inputs: Tensor) -> Tensor:
        """Normalize (examples, units, ...)."""
        return super().forward(inputs.movedim(1, -1)).movedim(-1, 1)


NORMALIZATIONS: dict[Normalization, Callable[[int], nn.Module]] = {
    "batch": BatchNormalization,
    "layer": LayerNormalization,
}


class Dropout(nn.Module):
    """Inverted dropout (Srivastava et al. 2014) by a mask that the engine hands over before each pass.

    `nn.Dropout` draws from the process's one generator and takes no mask. With the drawing outside, given and drawn
    masks run through the same code, and the pass can be compiled whole.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        #: (examples, *shape), 1 / (1 - rate) where a feature is kept and 0 where not; None keeps all.
        self.scaled_mask: Tensor | None = None

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop features of (examples, *shape)."""
        return inputs if self.scaled_mask is None else inputs * self.scaled_mask

"""Convolution with Keras's padding."""

import math

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it


class Convolution(nn.Conv2d):
    """A convolution whose `same` padding is Keras's: the odd zero, of a stride or of an even kernel, at the end.

    Args:
        channels_in: channels of an input image.
        channels_out: channels of an output image.
        kernel_size: height and width of the kernel.
        stride: steps of the kernel along height and width.
        padding: "same" leaves ceil(extent / stride) positions, "valid" those where the kernel lies inside.
    """

    def __init__(
        self, channels_in: int, channels_out: int, kernel_size: tuple[int, int], stride: tuple[int, int], padding: str
    ) -> None:
        # With stride 1 and an odd kernel both sides get the same, which the convolution does itself.
        alike = stride == (1, 1) and all(size % 2 == 1 for size in kernel_size)
        own = (kernel_size[0] // 2, kernel_size[1] // 2) if padding == "same" and alike else 0
        super().__init__(channels_in, channels_out, kernel_size, stride, own)
        self.pads_by_extent = padding == "same" and not alike

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

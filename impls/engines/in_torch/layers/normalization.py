"""Batch and layer normalization as the contract has them."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it

from impls.spec.normalization import BATCH_MOMENTUM, EPSILON, Normalization


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

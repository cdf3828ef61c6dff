"""Between PyTorch's parameters and the contract's: Keras's names, and kernels with the inputs before the outputs."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from impls.architecture import Architecture
from impls.protocol import Array, Parameters

#: Last part of the contract's name -> attribute of the module.
ATTRIBUTES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}

#: Axes of the contract's kernel in PyTorch's order, and back, by the number of axes: a dense kernel is (in, out) here
#: and (out, in) there, a convolution's (height, width, in, out) here and (out, in, height, width) there.
TO_TORCH = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}
FROM_TORCH = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}


def named_tensors(architecture: Architecture, network: nn.Module) -> dict[str, Tensor]:
    """The network's own tensors, trainable and not, by the contract's names and in its order."""
    tensors = {}
    for name in architecture.parameters():
        layer, kind = name.rsplit("/", 1)
        tensors[name] = getattr(network.get_submodule(layer), ATTRIBUTES[kind])
    return tensors


def to_array(tensor: Tensor) -> Array:
    """A copy of the tensor as a C-contiguous array with the contract's order of axes."""
    array = tensor.detach().permute(FROM_TORCH[tensor.ndim]).cpu().numpy()
    return np.array(array, order="C")


def image_array(tensor: Tensor) -> Array:
    """A copy of outputs (examples, ...) as an array, images (examples, channels, height, width) with channels last."""
    return np.array(tensor.detach().movedim(1, -1).cpu().numpy(), order="C")


@torch.no_grad()
def load_arrays(tensors: Mapping[str, Tensor], arrays: Parameters) -> None:
    """Copy the arrays into the tensors of the same names; both have been checked."""
    for name, tensor in tensors.items():
        array = arrays[name]
        tensor.copy_(torch.tensor(array).permute(TO_TORCH[array.ndim]))

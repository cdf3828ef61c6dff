"""Between PyTorch's parameters and the contract's: Keras's names, and kernels with the inputs before the outputs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from impls.engines.in_torch.layers.recurrent import RecurrentLayer
from impls.protocol import Array, Parameters
from impls.spec.architecture import Architecture

#: Last part of the contract's name -> attribute of the module.
ATTRIBUTES = {
    "kernel": "weight",
    "bias": "bias",
    "embeddings": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}

#: Axes of the contract's kernel in PyTorch's order, and back, by the number of axes: a dense kernel is (in, out) here
#: and (out, in) there, a convolution's (height, width, in, out) here and (out, in, height, width) there.
TO_TORCH = {2: (1, 0), 4: (3, 2, 0, 1)}
FROM_TORCH = {2: (1, 0), 4: (2, 3, 1, 0)}


class Stored(NamedTuple):
    """Where a network keeps one of the contract's parameters."""

    #: One; or the two biases of a GRU, which are the rows of the contract's.
    tensors: tuple[Tensor, ...]
    #: Whether the axes are those of a kernel.
    is_kernel: bool

    def to_array(self, tensors: Sequence[Tensor] | None = None) -> Array:
        """A copy of the tensors (or of these, such as their gradients) as the contract's C-contiguous array."""
        arrays = [self._to_array(tensor) for tensor in tensors or self.tensors]
        return arrays[0] if len(arrays) == 1 else np.stack(arrays)

    @torch.no_grad()
    def load(self, array: Array) -> None:
        """Copy the contract's array into the tensors."""
        rows = array if len(self.tensors) > 1 else [array]
        for tensor, row in zip(self.tensors, rows, strict=True):
            given = torch.tensor(row)
            tensor.copy_(given.permute(TO_TORCH[given.ndim]) if self.is_kernel else given)

    def _to_array(self, tensor: Tensor) -> Array:
        ordered = tensor.detach().permute(FROM_TORCH[tensor.ndim]) if self.is_kernel else tensor.detach()
        array = ordered.cpu().numpy()
        return np.array(array, order="C")


def stored_parameters(architecture: Architecture, network: nn.Module) -> dict[str, Stored]:
    """The network's own tensors, trainable and not, by the contract's names and in its order."""
    stored = {}
    for name in architecture.parameters():
        layer, _, kind = name.rpartition("/")
        module = network.get_submodule(layer.replace("/", "."))
        if isinstance(module, RecurrentLayer):
            tensors = tuple(getattr(module.layer, attribute) for attribute in module.kinds[kind])
        else:
            tensors = (getattr(module, ATTRIBUTES[kind]),)
        stored[name] = Stored(tensors, kind in ("kernel", "recurrent_kernel"))
    return stored


def load_arrays(stored: Mapping[str, Stored], arrays: Parameters) -> None:
    """Copy the arrays into the tensors of the same names; both have been checked."""
    for name, place in stored.items():
        place.load(arrays[name])


def shown_array(tensor: Tensor) -> Array:
    """A copy of outputs (examples, ...) as an array, images (examples, channels, height, width) with channels last."""
    ordered = tensor.movedim(1, -1) if tensor.ndim == 4 else tensor
    return np.array(ordered.detach().cpu().numpy(), order="C")

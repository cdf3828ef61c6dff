"""Products in coarser arithmetic than the model's float32, as PyTorch has it; parameters and updates stay float32."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

from impls.engines import Arithmetic

#: Makes a context.
Context = Callable[[], AbstractContextManager[object]]


def context_of_forward(arithmetic: Arithmetic | None, device: str) -> Context:
    """Of a network's forward pass alone: PyTorch's autocast, whose backward passes follow by themselves.

    It decides operation by operation: products in bfloat16, sums and softmax in float32
    (https://docs.pytorch.org/docs/stable/amp.html).
    """
    if arithmetic != "bf16":
        return nullcontext
    return lambda: torch.autocast(device, torch.bfloat16)


def context_of_passes(arithmetic: Arithmetic | None) -> Context:
    """Of all that a model computes, backward passes too: a setting of the whole process, put back at the end."""
    return tensor_float_32 if arithmetic == "tf32" else nullcontext


@contextmanager
def tensor_float_32() -> Iterator[None]:
    """Let the GPU's matrix units round float32 factors to TensorFloat-32 while the context lasts."""
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    matmul.allow_tf32, cudnn.allow_tf32 = True, True
    try:
        yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before

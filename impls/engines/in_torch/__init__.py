"""PyTorch: eager, compiled by TorchInductor, with its whole training step captured as a CUDA graph, and eager with
products in TensorFloat-32 or, by autocast, in bfloat16.
"""

from impls.engines import Implementation

IMPLEMENTATIONS = [
    Implementation(name="torch", engine=__name__, network="in_torch", requires=("torch",), devices=("cpu", "cuda")),
    Implementation(
        name="torch+compile",
        engine=__name__,
        network="in_torch",
        requires=("torch",),
        devices=("cpu", "cuda"),
        compiled=True,
    ),
    Implementation(
        name="torch+graph", engine=__name__, network="in_torch", requires=("torch",), devices=("cuda",), compiled=True
    ),
    Implementation(
        name="torch+tf32",
        engine=__name__,
        network="in_torch",
        requires=("torch",),
        devices=("cuda",),
        arithmetic="tf32",
    ),
    Implementation(
        name="torch+bf16",
        engine=__name__,
        network="in_torch",
        requires=("torch",),
        devices=("cpu", "cuda"),
        arithmetic="bf16",
    ),
]

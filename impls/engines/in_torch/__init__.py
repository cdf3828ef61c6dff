"""PyTorch: eager, compiled by TorchInductor, and with its whole training step captured as a CUDA graph."""

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
]

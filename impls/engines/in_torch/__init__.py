"""PyTorch, eager and compiled by TorchInductor."""

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
]

"""The machine's own matrix-product rate: what a network's speed is a share of."""

import time
from collections.abc import Callable

import numpy as np

from benchmarks.records.cells import PeakCell
from benchmarks.records.results import PeakResult

#: Sides of the square products tried: the best is the peak.
SIDES = {"cpu": (512, 1024, 2048), "cuda": (4096, 8192)}
ROUNDS = 8


def measure_peak(cell: PeakCell) -> PeakResult:
    """Floating-point operations a second of the best of several square products in the cell's dtype.

    On the CPU NumPy's BLAS does them, on a GPU PyTorch's cuBLAS in full float32 (no TF32).
    """
    rates: dict[int, float] = {}
    for side in SIDES[cell.device]:
        multiply = _on_cpu(side, cell.dtype) if cell.device == "cpu" else _on_gpu(side, cell.dtype)
        multiply()
        rates[side] = 2 * side**3 / min(_seconds(multiply) for _ in range(ROUNDS))
    best = max(rates, key=rates.__getitem__)
    return PeakResult(flops_per_s=rates[best], shape=(best, best, best))


def _seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _on_cpu(side: int, dtype: str) -> Callable[[], None]:
    generator = np.random.default_rng(0)
    left, right = (generator.standard_normal((side, side)).astype(dtype) for _ in range(2))
    out = np.empty_like(left)

    def multiply() -> None:
        np.matmul(left, right, out=out)

    return multiply


def _on_gpu(side: int, dtype: str) -> Callable[[], None]:
    import torch  # only this process needs it, and only for a GPU

    torch.backends.cuda.matmul.allow_tf32 = False
    left, right = (torch.randn(side, side, dtype=getattr(torch, dtype), device="cuda") for _ in range(2))
    out = torch.empty_like(left)

    def multiply() -> None:
        torch.matmul(left, right, out=out)
        torch.cuda.synchronize()

    return multiply

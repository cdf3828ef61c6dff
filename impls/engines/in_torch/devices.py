"""The requested device, and the settings that make devices compute alike."""

import sys

import torch

from impls.errors import DeviceError


def find_device(name: str) -> torch.device:
    """The device, set to full precision.

    Raises:
        DeviceError: PyTorch finds no GPU.
    """
    if name == "cuda":
        if not torch.cuda.is_available():
            raise DeviceError(
                f"device 'cuda': PyTorch {torch.__version__} finds no GPU; give device='cpu', or install a CUDA build "
                "of PyTorch and an NVIDIA driver"
            )
        # TensorFloat-32 rounds float32 factors to 10 bits of mantissa, errors of 1e-3: no float32 network would then
        # agree with another one. PyTorch allows it for convolutions by default.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    return torch.device(name)


def set_threads(threads: int) -> None:
    """Let each operation use this many processor threads, one operation at a time."""
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)


def device_peak_bytes() -> int:
    """The most of the GPU's memory that tensors have held at once."""
    return torch.cuda.max_memory_allocated()


def reset_device_peak() -> bool:
    """Let the peak of the GPU's memory begin anew, where there is one; returns whether it does."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    return True


def let_go() -> bool:
    """Forget what was compiled, in memory, and let the GPU's peak begin anew; returns whether it does."""
    inductor = sys.modules.get("torch._inductor.utils")
    if inductor is not None:  # loaded by the first compilation
        torch.compiler.reset()
        inductor.clear_caches()
    return reset_device_peak()

"""Denormal numbers: one floating-point mode in every measured process.

Numbers nearer to 0 than the smallest normal one (1.2e-38 in float32) are held with fewer digits, as denormals, and some
processors compute with them up to a hundred times more slowly. TensorFlow's threads take them to be 0. NumPy and
PyTorch compute in the mode of the thread they run in, in which a process keeps them. A gradient that vanishes along a
sequence is made of such numbers, and a ranking by speed would turn round for a reason that is none of the frameworks'.

So measured processes begin by setting this mode, before a library is loaded: a new thread inherits it (POSIX,
pthread_create), but the threads of a BLAS are started while NumPy is imported, and would keep the mode of before.
Nothing here may import a library. TensorFlow has no switch by which all could keep denormals instead.

Sources: IEEE 754-2019, section 2.1; Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, 10.2.3
(MXCSR); Arm Architecture Reference Manual, FPCR; C17, 7.6 (`fegetenv`, `fesetenv`).
"""

import ctypes
import platform
import struct
import sys
import threading
from typing import Final, Literal

#: The mode's name in a manifest, and that of processes which were left as they are.
FLUSHED: Final = "flushed"
KEPT: Final = "kept"

#: Room for any platform's `fenv_t`.
_ENVIRONMENT_BYTES = 64
#: Of the C libraries for Linux: where `fenv_t` holds the control register, and its bits that flush denormals. x86-64:
#: MXCSR, flush-to-zero for results and denormals-are-zero for operands; AArch64: FPCR.FZ, which does both.
_ON_LINUX = {"x86_64": (28, 1 << 15 | 1 << 6), "aarch64": (0, 1 << 24)}
#: Of macOS: the environment to set, which its C library holds ready.
_ON_MACOS = {"x86_64": "_FE_DFL_DISABLE_SSE_DENORMS_ENV", "arm64": "_FE_DFL_DISABLE_DENORMS_ENV"}
#: Of Windows: `_DN_FLUSH` and `_MCW_DN`, for `_controlfp_s`.
_ON_WINDOWS = (0x01000000, 0x03000000)


def flush_denormals() -> bool:
    """Take denormal numbers to be 0 in this thread, and in those that it starts from now on.

    Returns:
        Whether that is so now; False on a platform where no way is known.
    """
    try:
        if sys.platform == "linux":
            _flush_on_linux()
        elif sys.platform == "darwin":
            _flush_on_macos()
        elif sys.platform == "win32":
            _flush_on_windows()
    except (OSError, AttributeError, KeyError, ValueError):
        pass  # what counts is asked below
    return denormals_are_flushed()


def denormals_are_flushed() -> bool:
    """Whether this thread takes them to be 0."""
    return sys.float_info.min * 0.5 == 0.0


def mode_of_measured_processes() -> Literal["flushed", "kept"]:
    """`FLUSHED` where this machine can, else `KEPT`; tried in a thread that ends."""
    tried: list[bool] = []
    thread = threading.Thread(target=lambda: tried.append(flush_denormals()))
    thread.start()
    thread.join()
    return FLUSHED if tried == [True] else KEPT


def _flush_on_linux() -> None:
    offset, bits = _ON_LINUX[platform.machine()]
    library = ctypes.CDLL(None)
    environment = ctypes.create_string_buffer(_ENVIRONMENT_BYTES)
    if library.fegetenv(environment) == 0:
        (register,) = struct.unpack_from("I", environment, offset)
        struct.pack_into("I", environment, offset, register | bits)
        library.fesetenv(environment)


def _flush_on_macos() -> None:
    library = ctypes.CDLL(None)
    environment = (ctypes.c_char * _ENVIRONMENT_BYTES).in_dll(library, _ON_MACOS[platform.machine()])
    library.fesetenv(ctypes.byref(environment))


def _flush_on_windows() -> None:
    # Not by `ctypes.windll`, which type checkers know on Windows alone.
    library = ctypes.CDLL("ucrtbase")
    library._controlfp_s(ctypes.byref(ctypes.c_uint()), *map(ctypes.c_uint, _ON_WINDOWS))

"""Compilation by TorchInductor, so that the batch size may change and models in one process keep apart."""

import inspect
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from impls.engines.in_torch.layers.recurrent import RecurrentLayer
from impls.errors import ImplementationError

#: Of one function of a network that is compiled in parts: twice for each of a few dozen layers.
RECOMPILE_LIMIT = 64
#: Of one function over all models of the process, which `isolate_recompiles` does not keep apart: its 256 are used up
#: by some twenty models with several compiled parts, after which no other model could be compiled.
ACCUMULATED_RECOMPILE_LIMIT = 2**16

#: The arguments that this `torch.compile` has. Older versions lack those by which a function keeps compiled code of
#: its own: all models of a process then share the limit of a function, which is raised instead.
KNOWN_ARGUMENTS = frozenset(inspect.signature(torch.compile).parameters)

for _limit in ("accumulated_recompile_limit", "accumulated_cache_size_limit"):
    if hasattr(torch._dynamo.config, _limit):
        _raised = max(getattr(torch._dynamo.config, _limit), ACCUMULATED_RECOMPILE_LIMIT)
        setattr(torch._dynamo.config, _limit, _raised)
if "isolate_recompiles" not in KNOWN_ARGUMENTS:
    for _limit in ("recompile_limit", "cache_size_limit"):
        if hasattr(torch._dynamo.config, _limit):
            _raised = max(getattr(torch._dynamo.config, _limit), ACCUMULATED_RECOMPILE_LIMIT)
            setattr(torch._dynamo.config, _limit, _raised)


def _compiled(function: Callable[..., Tensor], device: str, **arguments: Any) -> Callable[..., Tensor]:
    """`torch.compile` with those of the arguments that this version knows.

    On a GPU by the mode that replays what it has compiled as CUDA graphs, which is what small networks gain by.
    """
    if device == "cuda":
        arguments["mode"] = "reduce-overhead"
    known = {name: value for name, value in arguments.items() if name in KNOWN_ARGUMENTS}
    compiled: Callable[..., Tensor] = torch.compile(function, **known)
    return compiled


def compile_whole(function: Callable[..., Tensor], device: str = "cpu") -> Callable[..., Tensor]:
    """The function compiled as one graph: what cannot be compiled is an error instead of a quiet return to eager.

    PyTorch keeps compiled code by the function's source, so that models of different architectures would use up one
    another's limit of eight; here each has its own.
    """
    return _compiled(function, device, fullgraph=True, isolate_recompiles=True)


def compiles_whole(network: nn.Module) -> bool:
    """Whether the network becomes one graph: one with recurrent layers does not.

    Those keep their own kernels, as anybody's `torch.compile` of a network with `nn.LSTM` leaves them: the alternative,
    `torch._dynamo.config.allow_rnn`, unrolls them, and compiles as many copies of a step as there are positions. What
    stands before, between and after them is compiled.
    """
    return not any(isinstance(layer, RecurrentLayer) for layer in network.modules())


def compile_parts(function: Callable[..., Tensor], device: str = "cpu") -> Callable[..., Tensor]:
    """The function compiled as the graphs between what cannot be compiled.

    Each is compiled for the first batch size that it meets, at the second for all: marks (see `mark_batch`) would be
    lost behind a recurrent layer. A method is compiled anew for each layer that calls it, hence the higher limit.
    """
    return _compiled(function, device, isolate_recompiles=True, recompile_limit=RECOMPILE_LIMIT)


def mark_batch(tensor: Tensor) -> Tensor:
    """The tensor (examples, ...), noted as one whose first axis alone will change: one compilation serves all sizes.

    A batch of one is compiled by itself, since TorchDynamo takes sizes of 1 to be fixed. Marking costs no speed: a step
    of MLP 784-256-128-10 or of CNN 16-32 at batch size 64 took as long compiled for that size alone.
    """
    torch._dynamo.mark_static(tensor)
    if len(tensor) > 1:
        torch._dynamo.mark_dynamic(tensor, 0)
    return tensor


def require_compiler() -> None:
    """Find what TorchInductor builds its kernels with: a C++ compiler and Python's header files.

    The compiler is the one of `torch._inductor.config.cpp.cxx`: `CXX`, or else the platform's own.

    Raises:
        ImplementationError: one of the two is missing.
    """
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        raise ImplementationError(
            f"implementation 'torch+compile' finds no C++ compiler {compiler!r}: install one (Debian and Ubuntu: "
            "apt-get install g++; macOS: xcode-select --install) or name yours in the variable CXX"
        )
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        raise ImplementationError(
            f"implementation 'torch+compile' finds no Python.h in {headers}: install Python's header files (Debian and "
            "Ubuntu: apt-get install python3-dev)"
        )

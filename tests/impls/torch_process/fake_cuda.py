"""A stand-in for CUDA on a CPU: what is captured is noted operation by operation and replayed as it was noted.

As on a GPU, capturing does nothing yet; a replay repeats the same operations with the same numbers on the same memory;
and what would wait for the device, or draw from a generator that is not registered, cannot be captured.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from impls.engines.in_torch import cuda_graphs, engine

#: Operations by which the host reads what the device has computed.
WAITING = ("aten::_local_scalar_dense", "aten::nonzero", "aten::equal", "aten::_pack_padded_sequence")


class Recorder(TorchDispatchMode):
    """Notes every operation, with the tensors that it was given and gave."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.generator = generator
        self.operations: list[tuple[Any, Any, Any, list[Any]]] = []
        self.before: dict[int, tuple[Tensor, Tensor]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._schema.name
        if name in WAITING:
            raise RuntimeError(f"operation not permitted when stream is capturing: {name} waits for the device")
        with _no_dispatch():
            if "generator" in kwargs and not torch.equal(kwargs["generator"].get_state(), self.generator.get_state()):
                raise RuntimeError(f"{name} draws from a generator that is not registered with the graph")
            for argument, value in zip(func._schema.arguments, args, strict=False):
                if argument.alias_info is not None and argument.alias_info.is_write:
                    for tensor in pytree.tree_leaves(value):
                        if isinstance(tensor, Tensor):
                            self.before.setdefault(id(tensor), (tensor, tensor.detach().clone()))
        result = func(*args, **kwargs)
        self.operations.append((func, args, kwargs, pytree.tree_leaves(result)))
        return result

    @torch.no_grad()
    def undo(self) -> None:
        """Put back what noting the operations has changed: a capture does nothing."""
        for tensor, value in self.before.values():
            tensor.copy_(value)

    @torch.no_grad()
    def replay(self) -> None:
        for func, args, kwargs, noted in self.operations:
            results = pytree.tree_leaves(func(*args, **kwargs))
            for place, value in zip(noted, results, strict=True):
                if isinstance(place, Tensor) and place.data_ptr() != value.data_ptr():
                    place.copy_(value)


@contextmanager
def _no_dispatch() -> Iterator[None]:
    with torch.utils._python_dispatch._disable_current_modes():
        yield


class FakeEvent:
    """Counts how often it was set and waited for."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.is_set = False

    def record(self) -> None:
        self.is_set = True

    def synchronize(self) -> None:
        self.log.append("waited" if self.is_set else "passed")


class FakeCalls:
    """`GraphCalls` on a CPU, with a log of what was asked."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def pinned(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        return torch.empty(shape, dtype=dtype)

    def event(self) -> FakeEvent:
        return FakeEvent(self.log)

    def warm_up(self, function: Callable[[], object]) -> None:
        for _ in range(cuda_graphs.WARM_UPS):
            function()

    def capture(self, function: Callable[[], Any], generator: torch.Generator) -> tuple[Callable[[], None], Any]:
        self.log.append("captured")
        recorder = Recorder(generator)
        drawn = generator.get_state()
        with recorder:
            result = function()
        recorder.undo()
        generator.set_state(drawn)

        def replay() -> None:
            self.log.append("replayed")
            recorder.replay()

        return replay, result


@pytest.fixture
def fake_cuda(monkeypatch: pytest.MonkeyPatch) -> FakeCalls:
    """`torch+graph` on the CPU, device "cuda" meaning it."""
    calls = FakeCalls()
    monkeypatch.setattr(engine, "find_calls", lambda: calls)
    monkeypatch.setattr(engine, "find_device", lambda name: torch.device("cpu"))
    return calls

"""The calls of CUDA behind which a training step is captured and fed; a fake can take their place in tests."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import torch
from torch import Tensor

R = TypeVar("R")

#: Runs before a capture: libraries choose their algorithms and take their workspaces, which cannot be captured
#: (https://docs.pytorch.org/docs/stable/notes/cuda.html#whole-network-capture).
WARM_UPS = 3


class Event(Protocol):
    """A mark among the device's work."""

    def record(self) -> None:
        """Put the mark behind all that has been asked of the device so far."""
        ...

    def synchronize(self) -> None:
        """Wait until the device has come to the mark; return at once where there is none yet."""
        ...


class GraphCalls(Protocol):
    """What a captured step needs of the device."""

    def pinned(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """Memory of the host that the device reads by itself."""
        ...

    def event(self) -> Event:
        """A mark that has not been set."""
        ...

    def warm_up(self, function: Callable[[], object]) -> None:
        """Call the function a few times, as it will be captured."""
        ...

    def capture(self, function: Callable[[], R], generator: torch.Generator) -> tuple[Callable[[], None], R]:
        """Note what the function asks of the device, without its being done.

        Returns:
            What does it all, in the same memory, with new random numbers of the generator; and the function's result,
            which each replay fills anew.
        """
        ...


class CudaCalls:
    """`GraphCalls` of `torch.cuda`."""

    def pinned(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        return torch.empty(shape, dtype=dtype, pin_memory=True)

    def event(self) -> Event:
        event: Event = torch.cuda.Event()  # type: ignore[no-untyped-call]  # PyTorch leaves its types out
        return event

    def warm_up(self, function: Callable[[], object]) -> None:
        beside = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # likewise
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UPS):
                function()
        torch.cuda.current_stream().wait_stream(beside)

    def capture(self, function: Callable[[], R], generator: torch.Generator) -> tuple[Callable[[], None], R]:
        graph = torch.cuda.CUDAGraph()
        # Otherwise every replay would draw the numbers of the first.
        graph.register_generator_state(generator)
        with torch.cuda.graph(graph):
            result = function()
        return graph.replay, result


def find_calls() -> GraphCalls:
    """Those of this machine."""
    return CudaCalls()

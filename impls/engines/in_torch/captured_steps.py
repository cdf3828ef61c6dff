"""A whole training step captured once for each shape of batch, and replayed: one launch takes the place of hundreds."""

from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np
import torch
from torch import Tensor

from impls.engines.in_torch.cuda_graphs import GraphCalls
from impls.protocol import Array, Batch

#: Batches that may be on their way to the device at once.
SLOTS = 4


class Place:
    """Where the device finds one of a batch's arrays, and pinned memory through which it comes there."""

    def __init__(self, calls: GraphCalls, array: Array, device: torch.device) -> None:
        dtype = torch.from_numpy(np.empty(0, array.dtype)).dtype
        self.tensor = torch.empty(array.shape, dtype=dtype, device=device)
        self.slots = [calls.pinned(array.shape, dtype) for _ in range(SLOTS)]

    def fill(self, slot: int, array: Array) -> None:
        """Ask the device to copy the array when it comes to it."""
        np.copyto(self.slots[slot].numpy(), array)
        self.tensor.copy_(self.slots[slot], non_blocking=True)


class CapturedStep:
    """The step for batches of one shape."""

    def __init__(
        self,
        calls: GraphCalls,
        batch: Batch,
        device: torch.device,
        capture: Callable[[Tensor, Tensor], tuple[Callable[[], None], Tensor]],
    ) -> None:
        self.places = [Place(calls, array, device) for array in batch]
        # A slot is filled again when the device has read it, which is waited for only if it is as many batches behind.
        self.slots = cycle([(slot, calls.event()) for slot in range(SLOTS)])
        self._fill(batch)
        self.replay, self.loss = capture(*(place.tensor for place in self.places))

    def __call__(self, batch: Batch) -> Tensor:
        """One update; the loss before it, still on the device."""
        self._fill(batch)
        self.replay()
        # The next replay puts its own loss into the same place.
        return self.loss.clone()

    def _fill(self, batch: Batch) -> None:
        slot, read = next(self.slots)
        read.synchronize()
        for place, array in zip(self.places, batch, strict=True):
            place.fill(slot, array)
        read.record()


class CapturedSteps:
    """Updates by captured steps, one for each shape of batch that comes.

    Args:
        calls: of the device.
        device: where the network is.
        update: one update from inputs and targets on the device; returns the loss before it, there too.
        moving: gives the tensors that an update changes, of which those beside the parameters (the optimizer's) may be
            made in the first one, and are zeros before it.
        generator: of the random numbers that an update draws.
    """

    def __init__(
        self,
        calls: GraphCalls,
        device: torch.device,
        update: Callable[[Tensor, Tensor], Tensor],
        moving: Callable[[], Sequence[Tensor]],
        generator: torch.Generator,
    ) -> None:
        self.calls, self.device, self.update, self.moving, self.generator = calls, device, update, moving, generator
        self.steps: dict[tuple[tuple[int, ...], ...], CapturedStep] = {}

    def __call__(self, batch: Batch) -> Tensor:
        """One update; the loss before it, still on the device."""
        shapes = tuple(array.shape for array in batch)
        if shapes not in self.steps:
            self.steps[shapes] = CapturedStep(self.calls, batch, self.device, self._capture)
        return self.steps[shapes](batch)

    def discard(self) -> None:
        """Capture anew from now on: tensors that an update uses have been replaced."""
        self.steps.clear()

    def _capture(self, inputs: Tensor, targets: Tensor) -> tuple[Callable[[], None], Tensor]:
        """The captured update; everything that trying it out has moved is put back."""
        before = {id(tensor): (tensor, tensor.detach().clone()) for tensor in self.moving()}
        drawn = self.generator.get_state()
        self.calls.warm_up(lambda: self.update(inputs, targets))
        captured = self.calls.capture(lambda: self.update(inputs, targets), self.generator)
        with torch.no_grad():
            for tensor in self.moving():
                _, value = before.get(id(tensor), (tensor, None))
                if value is None:
                    tensor.zero_()
                else:
                    tensor.copy_(value)
        self.generator.set_state(drawn)
        return captured

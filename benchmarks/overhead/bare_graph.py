"""The shortest way to train by one CUDA graph: PyTorch's own layers, their whole step captured, batches copied in.

As in PyTorch's notes on CUDA graphs; batches wait in pinned memory, and the losses are read at the end.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.overhead.contest import BATCH_SIZE, Examples
from benchmarks.overhead.idiomatic_torch import NETWORKS, tensors_of
from impls.engines.in_torch.cuda_graphs import GraphCalls, find_calls
from impls.engines.in_torch.devices import find_device


def epoch_of(contest: str, examples: Examples, device: str = "cuda") -> Callable[[], None]:
    """The contest's network trained for an epoch by replays of its step."""
    place, calls = find_device(device), find_calls()
    model = NETWORKS[contest]().to(place)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True, capturable=True)
    inputs, targets = (_pinned(calls, tensor) for tensor in tensors_of(contest, examples))
    x, y = inputs[0].to(place), targets[0].to(place)

    def step() -> Tensor:
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        # So that `backward` stores its gradients, in memory that is the graph's own.
        optimizer.zero_grad()
        read: Tensor = loss.detach()
        return read

    calls.warm_up(step)
    replay, loss = calls.capture(step, torch.Generator(place))

    def epoch() -> None:
        losses = []
        for batch_inputs, batch_targets in zip(inputs, targets, strict=True):
            x.copy_(batch_inputs, non_blocking=True)
            y.copy_(batch_targets, non_blocking=True)
            replay()
            losses.append(loss.clone())
        torch.stack(losses).cpu()

    return epoch


def _pinned(calls: GraphCalls, tensor: Tensor) -> list[Tensor]:
    """The tensor's batches in memory that the device reads by itself."""
    batches = torch.split(tensor, BATCH_SIZE)
    return [calls.pinned(tuple(batch.shape), batch.dtype).copy_(batch) for batch in batches]

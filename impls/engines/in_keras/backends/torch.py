"""Keras on PyTorch: eager, Keras's default there; `torch.autograd` differentiates."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import keras
import numpy as np
import torch

from impls.engines.in_keras.backends import Parts, allow_cudnn, keep_float64
from impls.engines.in_keras.layers.dropout import dropout_masks
from impls.engines.in_keras.optimizers import Optimizer
from impls.engines.in_torch import devices
from impls.engines.in_torch.devices import device_peak_bytes, reset_device_peak, set_threads
from impls.engines.in_torch.modes import in_own_modes, plain_modes
from impls.protocol import Array, Batch, Masks

__all__ = [
    "OPTIMIZERS",
    "device_peak_bytes",
    "make_programs",
    "on_device",
    "prepare_device",
    "reset_device_peak",
    "set_threads",
]

keep_float64()

OPTIMIZERS: dict[str, type[Optimizer]] = {}


def prepare_device(device: str) -> None:
    """Make sure that the device is there, and that its float32 is float32.

    Raises:
        DeviceError: PyTorch finds no GPU.
    """
    devices.find_device(device)


@contextmanager
def on_device(device: str) -> Iterator[None]:
    """A context whose variables and operations live on the device, whatever modes a caller has switched on.

    A variable that is made in inference mode could never be trained.
    """
    with plain_modes(), keras.device(device):
        yield


def make_programs(parts: Parts, device: str, compiler: str) -> "TorchPrograms":  # noqa: ARG001 -- never compiled
    """Programs that run operation by operation."""
    return TorchPrograms(parts, device)


class TorchPrograms:
    """`Programs` as plain functions over the variables' tensors."""

    def __init__(self, parts: Parts, device: str) -> None:
        self.parts, self.device = parts, device
        self.trainable = [variable.value for variable in parts.trainable]
        self.dtype = parts.trainable[0].dtype
        for dropout in parts.dropouts.values():
            dropout.draw = _draw_dropout
        allow_cudnn(parts.network, device == "cuda")

    @in_own_modes
    def train_step(self, batch: Batch) -> float:
        return float(self._update(batch).item())

    @in_own_modes
    def train_steps(self, batches: Sequence[Batch]) -> list[float]:
        # The losses stay where they are until the end: reading one would wait for the device.
        losses: list[float] = torch.stack([self._update(batch) for batch in batches]).tolist()
        return losses

    @in_own_modes
    def loss_and_gradients(self, batch: Batch, masks: Masks | Literal["draw"] | None) -> tuple[float, list[Array]]:
        given = masks if masks is None or masks == "draw" else {name: self._tensor(masks[name]) for name in masks}
        # Within the scope moving statistics and generators move on without the variables being touched.
        with self._running(), keras.StatelessScope(), dropout_masks(self.parts.dropouts, given):
            loss, gradients = self._differentiate(batch)
        return float(loss.item()), [_array(gradient) for gradient in gradients]

    @torch.no_grad()
    def predict(self, inputs: Array) -> Array:
        with self._running():
            return _array(self.parts.network(self._tensor(inputs), training=False))

    @torch.no_grad()
    def begin(self, sources: Array) -> Any:
        with self._running():
            return self.parts.network.begin(self._tensor(sources))

    @torch.no_grad()
    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        with self._running():
            logits, following = self.parts.network.step(self._tensor(tokens), state)
        return _array(logits), following

    @torch.no_grad()
    def reorder(self, state: Any, sequences: Array) -> Any:
        with plain_modes():
            rows = self._tensor(sequences)
            return keras.tree.map_structure(lambda tensor: tensor[rows], state)

    def synchronize(self) -> None:
        if self.device == "cuda":
            torch.cuda.synchronize()

    @contextmanager
    def _running(self) -> Iterator[None]:
        """On the device, and with Python's numbers in the model's precision when they meet a variable.

        Keras makes tensors of such numbers in its `floatx` on PyTorch, so that in float64 a rate would be 1e-8 off.
        """
        floatx = keras.config.floatx()
        keras.config.set_floatx(self.dtype)
        try:
            with on_device(self.device):
                yield
        finally:
            keras.config.set_floatx(floatx)

    def _update(self, batch: Batch) -> Any:
        """One update; the loss before it, still on the device."""
        with self._running():
            loss, gradients = self._differentiate(batch)
            with torch.no_grad():
                self.parts.optimizer.apply(list(gradients))
        return loss.detach()

    def _differentiate(self, batch: Batch) -> tuple[Any, Sequence[Any]]:
        inputs, targets = map(self._tensor, batch)
        loss = self.parts.loss(targets, self.parts.network(inputs, training=True))
        return loss, torch.autograd.grad(loss, self.trainable)

    def _tensor(self, array: Array) -> torch.Tensor:
        """The array as a tensor on the device; on the CPU it shares the array's memory."""
        # PyTorch has no read-only tensors and warns of arrays that are.
        tensor = torch.from_numpy(array if array.flags.writeable else array.copy())
        return tensor if self.device == "cpu" else tensor.pin_memory().to(self.device, non_blocking=True)


def _draw_dropout(inputs: torch.Tensor, rate: float, seed: keras.random.SeedGenerator) -> torch.Tensor:
    """`keras.random.dropout` by the layer's generator, which Keras passes over if it was made without a seed."""
    # On a CPU a generator takes 32 bits of its seed.
    mixed = np.random.SeedSequence([number % 2**32 for number in seed.next().tolist()]).generate_state(1)[0]
    generator = torch.Generator(inputs.device).manual_seed(int(mixed))
    return inputs * torch.empty_like(inputs).bernoulli_(1.0 - rate, generator=generator) / (1.0 - rate)


def _array(tensor: Any) -> Array:
    """A copy of the tensor."""
    return np.array(tensor.detach().cpu().numpy(), order="C")

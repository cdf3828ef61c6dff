"""Sequences written token by token by a PyTorch network, from and to NumPy."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch

from impls.engines.decoding import DecodingNetwork, map_state
from impls.engines.in_torch.modes import in_own_modes
from impls.protocol import Array


class TorchDecoder:
    """`impls.protocol.Decoder` by a network's `begin` and `step`.

    Args:
        network: on the device.
        sources: (sequences, source length), int64; without a source the length is 0.
        decoding: makes the context of each use, in which the network predicts, in the model's arithmetic.
        dtype: of logits.
        device: of the network.
    """

    @in_own_modes
    def __init__(
        self,
        network: DecodingNetwork,
        sources: Array,
        decoding: Callable[[], AbstractContextManager[None]],
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self.network = network
        self.decoding = decoding
        self.dtype = dtype
        self.device = device
        with torch.inference_mode(), decoding():
            self.state: Any = network.begin(torch.tensor(sources, device=device))

    @in_own_modes
    @torch.inference_mode()
    def step(self, tokens: Array) -> Array:
        with self.decoding():
            logits, self.state = self.network.step(torch.tensor(tokens, device=self.device), self.state)
        array: Array = logits.to(self.dtype).cpu().numpy()
        return array

    @in_own_modes
    @torch.inference_mode()
    def reorder(self, sequences: Array) -> None:
        rows = torch.tensor(sequences, device=self.device)
        self.state = map_state(lambda tensor: tensor[rows], self.state)

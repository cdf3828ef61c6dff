"""Sequences written token by token by a PyTorch network, from and to NumPy."""

from collections.abc import Callable
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
        prepare: switches the network to prediction; called before each use, for it may have trained in between.
        device: of the network.
    """

    @in_own_modes
    def __init__(
        self, network: DecodingNetwork, sources: Array, prepare: Callable[[], None], device: torch.device
    ) -> None:
        self.network = network
        self.prepare = prepare
        self.device = device
        prepare()
        with torch.inference_mode():
            self.state: Any = network.begin(torch.tensor(sources, device=device))

    @in_own_modes
    @torch.inference_mode()
    def step(self, tokens: Array) -> Array:
        self.prepare()
        logits, self.state = self.network.step(torch.tensor(tokens, device=self.device), self.state)
        array: Array = logits.cpu().numpy()
        return array

    @in_own_modes
    @torch.inference_mode()
    def reorder(self, sequences: Array) -> None:
        rows = torch.tensor(sequences, device=self.device)
        self.state = map_state(lambda tensor: tensor[rows], self.state)

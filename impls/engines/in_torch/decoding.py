"""Writing sequences token by token: a network's own decoder, from and to NumPy."""

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from impls.engines.in_torch.modes import in_own_modes
from impls.protocol import Array


class NetworkDecoder(Protocol):
    """`impls.protocol.Decoder` in tensors: what a network over tokens offers."""

    def step(self, tokens: Tensor) -> Tensor:
        """Logits (sequences, vocabulary) after one more token (sequences,) of each."""
        ...

    def reorder(self, sequences: Tensor) -> None:
        """Go on from these of the sequences."""
        ...


class NetworkOverTokens(Protocol):
    """What a network is whose architecture `decodes`."""

    def decoder(self, sequences: int, sources: Tensor | None = None) -> NetworkDecoder:
        """A decoder that has read nothing yet (see `impls.protocol.Decodes`)."""
        ...


class TorchDecoder:
    """A network's decoder as a `Decoder`.

    Args:
        make: makes the network's decoder.
        prepare: switches the network to prediction; called before each use, for it may have trained in between.
        device: of the network.
    """

    @in_own_modes
    def __init__(self, make: Callable[[], NetworkDecoder], prepare: Callable[[], None], device: torch.device) -> None:
        self.prepare = prepare
        self.device = device
        prepare()
        with torch.inference_mode():
            self.decoder = make()

    @in_own_modes
    @torch.inference_mode()
    def step(self, tokens: Array) -> Array:
        self.prepare()
        return self.decoder.step(torch.tensor(tokens, device=self.device)).cpu().numpy()

    @in_own_modes
    @torch.inference_mode()
    def reorder(self, sequences: Array) -> None:
        self.decoder.reorder(torch.tensor(sequences, device=self.device))

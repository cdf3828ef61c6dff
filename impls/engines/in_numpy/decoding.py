"""Sequences written token by token by a NumPy network."""

from typing import Any, cast

import numpy as np

from impls.engines.decoding import DecodingNetwork, map_state
from impls.engines.in_numpy.complaints import without_complaints
from impls.protocol import Array
from impls.scratch.network import Network


class NumpyDecoder:
    """`impls.protocol.Decoder` by a network's `begin` and `step`."""

    def __init__(self, network: Network, sources: Array) -> None:
        self._network = network
        network.set_training(False)
        with without_complaints():
            state = cast(DecodingNetwork, network).begin(sources)
        # Copies: a layer's arrays are overwritten by its next call, which may come from another decoder.
        self._state: Any = map_state(np.copy, state)

    def step(self, tokens: Array) -> Array:
        # The network may have trained since the last step.
        self._network.set_training(False)
        with without_complaints():
            logits, self._state = cast(DecodingNetwork, self._network).step(tokens, self._state)
        copy: Array = logits.copy()
        return copy

    def reorder(self, sequences: Array) -> None:
        self._state = map_state(lambda array: array[sequences], self._state)

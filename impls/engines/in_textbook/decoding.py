"""Sequences written token by token, by the definition: each step reads again all that has been written."""

import numpy as np

from impls.engines.in_numpy.complaints import without_complaints
from impls.protocol import Array
from impls.textbook.network import Network


class TextbookDecoder:
    """`impls.protocol.Decoder` that keeps the tokens themselves, no states and no keys and values."""

    def __init__(self, network: Network, sources: Array) -> None:
        self._network = network
        #: (sequences, source length + tokens read so far).
        self._tokens = sources

    def step(self, tokens: Array) -> Array:
        self._tokens = np.concatenate([self._tokens, tokens[:, np.newaxis]], axis=1)
        self._network.set_training(False)
        with without_complaints():
            last: Array = self._network.forward(self._tokens)[:, -1].copy()
        return last

    def reorder(self, sequences: Array) -> None:
        self._tokens = self._tokens[sequences]

"""Recurrent layers that read in one direction or in both (Schuster & Paliwal 1997; section 10.3 of the book)."""

from collections.abc import Sequence

import numpy as np

from impls.protocol import Array
from impls.spec.recurrent_cells import RecurrentCell
from impls.textbook.gru import Gru
from impls.textbook.lstm import Lstm
from impls.textbook.recurrent import RecurrentLayer, State
from impls.textbook.rnn import SimpleRnn

CELLS: dict[RecurrentCell, type[RecurrentLayer]] = {"rnn": SimpleRnn, "lstm": Lstm, "gru": Gru}


class Directions:
    """One recurrent layer, or two that read from either end, their outputs and states side by side."""

    def __init__(self, layers: Sequence[RecurrentLayer]) -> None:
        self.layers = layers

    def forward(self, x: Array, real: Array, start: State | None = None) -> tuple[Array, State]:
        starts = self.parts_of(start) if start else [None] * len(self.layers)
        both = [layer(x, real, each) for layer, each in zip(self.layers, starts, strict=True)]
        return np.concatenate([y for y, _ in both], axis=-1), self.side_by_side([final for _, final in both])

    def backward(self, dy: Array, dstate: State | None = None) -> tuple[Array, State]:
        dstates = self.parts_of(dstate) if dstate else [None] * len(self.layers)
        parts = zip(self.layers, np.split(dy, len(self.layers), axis=-1), dstates, strict=True)
        both = [layer.backward(own_dy, own_dstate) for layer, own_dy, own_dstate in parts]
        return np.sum([dx for dx, _ in both], axis=0), self.side_by_side([dstart for _, dstart in both])

    def parts_of(self, state: State) -> list[State]:
        """The state of each direction."""
        return list(zip(*(np.split(part, len(self.layers), axis=-1) for part in state), strict=True))

    def side_by_side(self, states: Sequence[State]) -> State:
        return tuple(np.concatenate(parts, axis=-1) for parts in zip(*states, strict=True))

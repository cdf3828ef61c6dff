"""Recurrent layers of a network that read its sequences in one direction or in both (Schuster & Paliwal 1997)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.gru import Gru
from impls.scratch.lstm import Lstm
from impls.scratch.network import Network
from impls.scratch.recurrent import RecurrentLayer, SimpleRnn, State
from impls.spec.recurrent_cells import Cell

CELLS: dict[Cell, type[RecurrentLayer]] = {"rnn": SimpleRnn, "lstm": Lstm, "gru": Gru}


class Directions:
    """One recurrent layer, or two that read the sequences from either end: outputs and states side by side.

    The layers are also layers of the network, to which they are added by these names, the forward one first.
    """

    def __init__(
        self, network: Network, names: Sequence[str], cell: Cell, inputs: int, units: int, dtype: npt.DTypeLike
    ) -> None:
        self._network = network
        self._names = names
        self._units = units
        self._layers = [CELLS[cell](inputs, units, dtype, reverse=index == 1) for index in range(len(names))]
        for name, layer in zip(names, self._layers, strict=True):
            network.add(name, layer)

    def forward(
        self, inputs: Array, lengths: Array | None = None, start: State | None = None, every: bool = True
    ) -> Array:
        """As `RecurrentLayer.forward`."""
        starts = self._split_state(start)
        return _side_by_side(
            [
                self._network.run(name, inputs, lengths, own_start, every)
                for name, own_start in zip(self._names, starts, strict=True)
            ]
        )

    @property
    def final(self) -> State:
        """The caller's own: the state after the last step of the last `forward`."""
        finals = [layer.final for layer in self._layers]
        return tuple(np.concatenate(parts, axis=-1) for parts in zip(*finals, strict=True))

    @property
    def start_gradient(self) -> State:
        """The gradient for the state that the last `forward` started from."""
        gradients = [layer.start_gradient for layer in self._layers]
        return tuple(np.concatenate(parts, axis=-1) for parts in zip(*gradients, strict=True))

    def backward(self, gradient: Array | None, final_gradient: State | None = None) -> Array:
        """As `RecurrentLayer.backward`."""
        finals = self._split_state(final_gradient)
        total, *others = [
            layer.backward(part, final)
            for layer, part, final in zip(self._layers, self._split(gradient), finals, strict=True)
        ]
        for other in others:
            total += other
        return total

    def backward_to_parameters(self, gradient: Array | None, final_gradient: State | None = None) -> None:
        """As `RecurrentLayer.backward_to_parameters`."""
        finals = self._split_state(final_gradient)
        for layer, part, final in zip(self._layers, self._split(gradient), finals, strict=True):
            layer.backward_to_parameters(part, final)

    def _split(self, features: Array | None) -> list[Array | None]:
        """Each direction's part of what stands side by side."""
        if features is None:
            return [None for _ in self._layers]
        return [features[..., index * self._units : (index + 1) * self._units] for index in range(len(self._layers))]

    def _split_state(self, state: State | None) -> list[State | None]:
        if state is None:
            return [None for _ in self._layers]
        return [
            tuple(array[:, index * self._units : (index + 1) * self._units] for array in state)
            for index in range(len(self._layers))
        ]


def _side_by_side(parts: list[Array]) -> Array:
    if len(parts) == 1:
        return parts[0]
    if parts[0].ndim == 2:
        return np.concatenate(parts, axis=1)
    # Time stays the first axis in memory.
    return np.concatenate([part.swapaxes(0, 1) for part in parts], axis=2).swapaxes(0, 1)

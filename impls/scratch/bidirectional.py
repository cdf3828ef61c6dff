"""Recurrent layers that read their sequences in one direction or in both (Schuster & Paliwal 1997)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.gru import Gru
from impls.scratch.lstm import Lstm
from impls.scratch.recurrent import RecurrentLayer, SimpleRnn, State
from impls.spec.recurrent_cells import RecurrentCell

CELLS: dict[RecurrentCell, type[RecurrentLayer]] = {"rnn": SimpleRnn, "lstm": Lstm, "gru": Gru}


def recurrent_layer(
    cell: RecurrentCell,
    inputs: int,
    units: int,
    every: bool = True,
    reverse: bool = False,
    dtype: npt.DTypeLike = "float32",
) -> RecurrentLayer:
    """The layer of that cell."""
    return CELLS[cell](inputs, units, every, reverse, dtype)


class Directions:
    """One recurrent layer, or two that read the sequences from either end: outputs and states side by side.

    The layers are the network's own, for their parameters have a name each; the forward one comes first.
    """

    def __init__(self, layers: Sequence[RecurrentLayer]) -> None:
        self.layers = layers
        self._units = layers[0].units

    def forward(self, inputs: Array, real: Array | None = None, start: State | None = None) -> tuple[Array, State]:
        """As `RecurrentLayer.forward`."""
        starts = self._split_state(start)
        outputs, finals = zip(
            *(layer(inputs, real, own_start) for layer, own_start in zip(self.layers, starts, strict=True)), strict=True
        )
        if len(self.layers) == 1:
            return outputs[0], finals[0]
        return _side_by_side(outputs), tuple(np.concatenate(parts, axis=-1) for parts in zip(*finals, strict=True))

    def initial_state(self, examples: int) -> State:
        """As `RecurrentLayer.initial_state`."""
        states = [layer.initial_state(examples) for layer in self.layers]
        return tuple(np.concatenate(parts, axis=-1) for parts in zip(*states, strict=True))

    @property
    def start_gradient(self) -> State:
        """The gradient for the state that the last `forward` started from."""
        gradients = [layer.start_gradient for layer in self.layers]
        return tuple(np.concatenate(parts, axis=-1) for parts in zip(*gradients, strict=True))

    def backward(self, gradient: Array | None, final_gradient: State | None = None) -> Array:
        """As `RecurrentLayer.backward`."""
        finals = self._split_state(final_gradient)
        total, *others = [
            layer.backward(part, final)
            for layer, part, final in zip(self.layers, self._split(gradient), finals, strict=True)
        ]
        for other in others:
            total += other
        return total

    def backward_to_parameters(self, gradient: Array | None, final_gradient: State | None = None) -> None:
        """As `RecurrentLayer.backward_to_parameters`."""
        finals = self._split_state(final_gradient)
        for layer, part, final in zip(self.layers, self._split(gradient), finals, strict=True):
            layer.backward_to_parameters(part, final)

    def _split(self, features: Array | None) -> list[Array | None]:
        """Each direction's part of what stands side by side."""
        if features is None:
            return [None for _ in self.layers]
        return [features[..., index * self._units : (index + 1) * self._units] for index in range(len(self.layers))]

    def _split_state(self, state: State | None) -> list[State | None]:
        if state is None:
            return [None for _ in self.layers]
        return [
            tuple(array[:, index * self._units : (index + 1) * self._units] for array in state)
            for index in range(len(self.layers))
        ]


def _side_by_side(parts: Sequence[Array]) -> Array:
    if parts[0].ndim == 2:
        return np.concatenate(parts, axis=1)
    # Time stays the first axis in memory.
    return np.concatenate([part.swapaxes(0, 1) for part in parts], axis=2).swapaxes(0, 1)

"""Recurrent layers: Keras's own, with the gates of a GRU in the contract's order."""

from functools import partial
from typing import Any, TypeAlias

import keras
import numpy as np

from impls.engines.in_keras.layers import LayerFactory
from impls.protocol import Array
from impls.spec.recurrent_cells import RecurrentCell

#: What a layer carries from step to step, each (examples, units): the output h, and an LSTM's cell c.
State: TypeAlias = list[Any]

CELLS: dict[RecurrentCell, LayerFactory] = {
    "rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": partial(keras.layers.GRU, reset_after=True),
}


def recurrent_layer(cell: RecurrentCell, units: int, every: bool = True, reverse: bool = False) -> keras.layers.Layer:
    """A layer that gives outputs and states; with a mask it keeps its state where that is false.

    Args:
        cell: of the three.
        units: features of the outputs.
        every: whether the outputs are those at every position (0 at padding), or the last one alone.
        reverse: from the end to the beginning, in which order the outputs are then too.
    """
    return CELLS[cell](
        units, return_sequences=every, return_state=True, zero_output_for_mask=every, go_backwards=reverse
    )


def exchange_gates(variable: Any, array: Array) -> Array:
    """Between the contract's order of a GRU's gates (`impls.spec.recurrent_cells`) and Keras's, either way.

    Keras has the update gate z before the reset gate r; the arrays of other layers stay as they are.
    """
    if "/gru_cell/" not in variable.path:
        return array
    first, second, candidate = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, candidate], axis=-1)

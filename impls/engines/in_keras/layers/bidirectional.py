"""Recurrent layers that read their sequences in one direction or in both (Schuster & Paliwal 1997)."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from impls.engines.in_keras.layers.recurrent import State


class Directions:
    """One recurrent layer, or two that read the sequences from either end: outputs and states side by side.

    The layers are the network's own, for their parameters have a name each; the forward one comes first.
    """

    def __init__(self, layers: Sequence[keras.layers.Layer]) -> None:
        self.layers = layers

    def forward(self, inputs: Any, real: Any = None, start: State | None = None) -> tuple[Any, State]:
        """Outputs at every position, or the last ones, and the states after the last step.

        Args:
            inputs: (examples, length, inputs).
            real: (examples, length), true where a position is real; None: everywhere.
            start: the state before the first step, of one direction alone; zeros if None.
        """
        outputs, finals = [], []
        for layer in self.layers:
            output, *final = layer(inputs, mask=real, initial_state=start)
            outputs.append(in_order(layer, output))
            finals.append(final)
        if len(self.layers) == 1:
            return outputs[0], finals[0]
        return ops.concatenate(outputs, axis=-1), [
            ops.concatenate(parts, axis=-1) for parts in zip(*finals, strict=True)
        ]

    def initial_state(self, examples: int) -> State:
        """Zeros: the state before the first step, of one direction alone."""
        (layer,) = self.layers
        state: State = layer.get_initial_state(examples)
        return state


def in_order(layer: keras.layers.Layer, output: Any) -> Any:
    """The layer's output by position: one that reads from the end gives its outputs in that order."""
    return ops.flip(output, axis=1) if layer.go_backwards and layer.return_sequences else output

"""The recurrent network in Keras."""

from typing import Any

import keras
from keras import ops

from impls.engines.in_keras.layers import network
from impls.engines.in_keras.layers.bidirectional import Directions
from impls.engines.in_keras.layers.pooling import MeanPooling
from impls.engines.in_keras.layers.recurrent import State, recurrent_layer
from impls.recurrent.architecture import Recurrent
from impls.spec.tokens import PADDING


class Network(network.Network):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps tokens (examples, length) or numbers (examples, length, features) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent) -> None:
        self.architecture = architecture
        if architecture.tokens:
            self.embedding = self.add("embedding", keras.layers.Embedding(architecture.tokens, architecture.embedding))
        self.recurrent: list[Directions] = []
        self.dropouts: list[Any] = []
        for index, units in enumerate(architecture.units):
            cell, every = architecture.cell, architecture.pools_after(index) != "last"
            layers = [self.add(f"recurrent_{index}", recurrent_layer(cell, units, every))]
            if architecture.bidirectional:
                reverse = recurrent_layer(cell, units, every, reverse=True)
                layers.append(self.add(f"reverse_{index}", reverse))
            self.recurrent.append(Directions(layers))
            self.dropouts.append(self.add_dropout(f"dropout_{index}", architecture.dropout))
        if architecture.pooling == "mean":
            self.pooling_0 = self.add("pooling_0", MeanPooling())
        self.output_layer = self.add("output", keras.layers.Dense(architecture.outputs))
        inputs = network.network_input(architecture)
        super().__init__(inputs, self.forward(inputs))

    def forward(self, inputs: Any) -> Any:
        x, real = inputs, None
        if self.architecture.tokens:
            x = self.embedding(inputs)
            # Without pooling padding follows all that counts, and does not reach back.
            real = inputs != PADDING if self.architecture.pooling else None
        for index, (layer, dropout) in enumerate(zip(self.recurrent, self.dropouts, strict=True)):
            x, _ = layer.forward(x, real)
            if self.architecture.pools_after(index) == "mean":
                x = self.pooling_0(x, mask=real)
            x = dropout(x)
        return self.output_layer(x)

    def begin(self, sources: Any) -> list[State]:
        """Each layer's state before the first token."""
        return [layer.initial_state(ops.shape(sources)[0]) for layer in self.recurrent]

    def step(self, tokens: Any, states: list[State]) -> tuple[Any, list[State]]:
        """Logits (sequences, tokens) after one more token of each sequence, and the states after it."""
        x, finals = self.embedding(tokens[:, None]), []
        for layer, state in zip(self.recurrent, states, strict=True):
            x, final = layer.forward(x, start=state)
            finals.append(final)
        return self.output_layer(x)[:, 0], finals

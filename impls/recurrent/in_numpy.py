"""The recurrent network in NumPy."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.recurrent.architecture import Recurrent
from impls.scratch import network
from impls.scratch.bidirectional import Directions, recurrent_layer
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.layer import Identity
from impls.scratch.pooling import MeanPooling
from impls.scratch.recurrent import State
from impls.spec.tokens import PADDING


class Network(network.Network):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps tokens (examples, length) or numbers (examples, length, features) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__(dtype, generator)
        self.architecture = architecture
        if architecture.tokens:
            self.embedding = self.add("embedding", Embedding(architecture.tokens, architecture.embedding, dtype))
        self.recurrent: list[Directions] = []
        self.dropouts: list[Dropout | Identity] = []
        for index, (inputs, units) in enumerate(zip(architecture.layer_inputs, architecture.units, strict=True)):
            cell, every = architecture.cell, architecture.pools_after(index) != "last"
            layers = [self.add(f"recurrent_{index}", recurrent_layer(cell, inputs, units, every, dtype=dtype))]
            if architecture.bidirectional:
                reverse = recurrent_layer(cell, inputs, units, every, reverse=True, dtype=dtype)
                layers.append(self.add(f"reverse_{index}", reverse))
            self.recurrent.append(Directions(layers))
            self.dropouts.append(self.add_dropout(f"dropout_{index}", architecture.dropout))
        if architecture.pooling == "mean":
            self.pooling_0 = self.add("pooling_0", MeanPooling(dtype))
        self.output = self.add("output", Dense(architecture.last_features, architecture.outputs, dtype))

    def forward(self, inputs: Array) -> Array:
        x, real = inputs, None
        if self.architecture.tokens:
            x = self.embedding(inputs)
            # Without pooling padding follows all that counts, and does not reach back.
            real = inputs != PADDING if self.architecture.pooling else None
        for index, (layer, dropout) in enumerate(zip(self.recurrent, self.dropouts, strict=True)):
            x, _ = layer.forward(x, real)
            if self.architecture.pools_after(index) == "mean":
                x = self.pooling_0(x, real)
            x = dropout(x)
        outputs: Array = self.output(x)
        return outputs

    def backward(self, gradient: Array) -> None:
        gradient = self.output.backward(gradient)
        for index, (layer, dropout) in reversed(list(enumerate(zip(self.recurrent, self.dropouts, strict=True)))):
            gradient = dropout.backward(gradient)
            if self.architecture.pools_after(index) == "mean":
                gradient = self.pooling_0.backward(gradient)
            if index == 0 and not self.architecture.tokens:
                layer.backward_to_parameters(gradient)
                return
            gradient = layer.backward(gradient)
        self.embedding.backward_to_parameters(gradient)

    def begin(self, sources: Array) -> list[State]:
        """Each layer's state before the first token."""
        return [layer.initial_state(len(sources)) for layer in self.recurrent]

    def step(self, tokens: Array, states: list[State]) -> tuple[Array, list[State]]:
        """Logits (sequences, tokens) after one more token of each sequence, and the states after it."""
        x, finals = self.embedding(tokens[:, None]), []
        for layer, state in zip(self.recurrent, states, strict=True):
            x, final = layer.forward(x, start=state)
            finals.append(final)
        return self.output(x)[:, 0], finals

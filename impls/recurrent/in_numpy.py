"""The recurrent network in NumPy."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array, Decoder
from impls.recurrent.architecture import Recurrent
from impls.scratch import network
from impls.scratch.bidirectional import Directions
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.recurrent import State
from impls.scratch.time_steps import MeanPooling, lengths_of


class Network(network.Network):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps tokens (examples, length) or numbers (examples, length, features) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__()
        self.architecture = architecture
        if architecture.tokens:
            self.add("embedding", Embedding(architecture.tokens, architecture.embedding, dtype))
        self.recurrent: list[Directions] = []
        for index, (inputs, units) in enumerate(zip(architecture.layer_inputs, architecture.units, strict=True)):
            names = [f"recurrent_{index}", f"reverse_{index}"][: architecture.directions]
            self.recurrent.append(Directions(self, names, architecture.cell, inputs, units, dtype))
            if architecture.pooling == "mean" and index == len(architecture.units) - 1:
                self.add("pooling_0", MeanPooling(dtype))
            if architecture.dropout:
                self.add(f"dropout_{index}", Dropout(architecture.dropout, generator, dtype))
        self.add("output", Dense(architecture.last_features, architecture.outputs, dtype))

    def forward(self, inputs: Array, training: bool = False) -> Array:
        self.set_training(training)
        pooling, tokens = self.architecture.pooling, self.architecture.tokens
        lengths = lengths_of(inputs) if tokens and pooling else None
        x = self.run("embedding", inputs) if tokens else inputs
        for index, layer in enumerate(self.recurrent):
            pooled = pooling if layer is self.recurrent[-1] else None
            x = layer.forward(x, lengths, every=pooled != "last")
            if pooled == "mean":
                x = self.run("pooling_0", x, lengths)
            if self.architecture.dropout:
                x = self.run(f"dropout_{index}", x)
        return self.run("output", x)

    def backward(self, gradient: Array) -> None:
        gradient = self.layers["output"].backward(gradient)
        for index, layer in reversed(list(enumerate(self.recurrent))):
            if self.architecture.dropout:
                gradient = self.layers[f"dropout_{index}"].backward(gradient)
            if self.architecture.pooling == "mean" and layer is self.recurrent[-1]:
                gradient = self.layers["pooling_0"].backward(gradient)
            if index == 0 and not self.architecture.tokens:
                layer.backward_to_parameters(gradient)
                return
            gradient = layer.backward(gradient)
        self.layers["embedding"].backward_to_parameters(gradient)

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:  # noqa: ARG002 (there are no sources)
        return RecurrentDecoder(self)


class RecurrentDecoder:
    """Sequences that are being written (see `impls.protocol.Decoder`): each layer's state is kept."""

    def __init__(self, written_by: Network) -> None:
        self._network = written_by
        self._states: list[State | None] = [None for _ in written_by.recurrent]

    def step(self, tokens: Array) -> Array:
        self._network.set_training(False)
        x = self._network.run("embedding", tokens[:, np.newaxis])
        for index, layer in enumerate(self._network.recurrent):
            x = layer.forward(x, start=self._states[index])
            self._states[index] = layer.final
        return self._network.run("output", x)[:, 0].copy()

    def reorder(self, sequences: Array) -> None:
        self._states = [state and tuple(array[sequences] for array in state) for state in self._states]

"""The recurrent network as in the book (Goodfellow, Bengio & Courville 2016, chapter 10)."""

import numpy as np

from impls.protocol import Array
from impls.recurrent.architecture import Recurrent
from impls.spec.tokens import PADDING
from impls.textbook import network
from impls.textbook.bidirectional import CELLS, Directions
from impls.textbook.dense import Dense
from impls.textbook.embedding import Embedding
from impls.textbook.pooling import MeanPooling


class Network(network.Network):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps tokens (examples, length) or numbers (examples, length, features) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent, generator: np.random.Generator) -> None:
        super().__init__(architecture, generator)
        cell = CELLS[architecture.cell]
        if architecture.tokens:
            self.embedding = self.add("embedding", Embedding())
        self.recurrent, self.dropouts = [], []
        for index in range(len(architecture.units)):
            every = architecture.pools_after(index) != "last"
            layers = [self.add(f"recurrent_{index}", cell(every))]
            if architecture.bidirectional:
                layers.append(self.add(f"reverse_{index}", cell(every, reverse=True)))
            self.recurrent.append(Directions(layers))
            self.dropouts.append(self.add_dropout(f"dropout_{index}", architecture.dropout))
        if architecture.pooling == "mean":
            self.pooling_0 = self.add("pooling_0", MeanPooling())
        self.output = self.add("output", Dense())

    def forward(self, inputs: Array) -> Array:
        x, real = inputs, np.full(inputs.shape[:2], True)
        if self.architecture.tokens:
            x = self.embedding(inputs)
            real = inputs != PADDING if self.architecture.pooling else real
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
            gradient, _ = layer.backward(gradient)
        if self.architecture.tokens:
            self.embedding.backward(gradient)

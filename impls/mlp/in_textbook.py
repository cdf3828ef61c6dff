"""The multilayer perceptron as in the book (Goodfellow, Bengio & Courville 2016, chapter 6)."""

import numpy as np

from impls.mlp.architecture import MLP
from impls.textbook import network
from impls.textbook.activations import ACTIVATIONS
from impls.textbook.dense import Dense
from impls.textbook.embedding import Embedding
from impls.textbook.flatten import Flatten
from impls.textbook.normalization import NORMALIZATIONS


class Network(network.Network):
    """Dense layers, each with normalization (optional), activation and dropout (optional), of numbers or of tokens.

    Maps (examples, inputs) to (examples, outputs).
    """

    def __init__(self, architecture: MLP, generator: np.random.Generator) -> None:
        super().__init__(architecture, generator)
        if architecture.tokens:
            self.add("embedding", Embedding())
            self.add("flatten", Flatten())
        for index in range(len(architecture.hidden)):
            self.add(f"hidden_{index}", Dense())
            if architecture.normalization:
                self.add(f"norm_{index}", NORMALIZATIONS[architecture.normalization]())
            self.add(f"activation_{index}", ACTIVATIONS[architecture.activation]())
            self.add_dropout(f"dropout_{index}", architecture.dropout)
        self.add("output", Dense())

"""The convolutional network as in the book (Goodfellow, Bengio & Courville 2016, chapter 9)."""

import numpy as np

from impls.cnn.architecture import CNN
from impls.protocol import Array
from impls.textbook import network
from impls.textbook.activations import ACTIVATIONS
from impls.textbook.convolution import Convolution
from impls.textbook.dense import Dense
from impls.textbook.embedding import Embedding
from impls.textbook.flatten import Flatten
from impls.textbook.normalization import NORMALIZATIONS
from impls.textbook.pooling import POOLINGS


class Network(network.Network):
    """Blocks of convolution, normalization (optional), activation and pooling (optional), then dense layers.

    Maps images (examples, height, width, channels), or tokens (examples, positions), to (examples, outputs).
    """

    def __init__(self, architecture: CNN, generator: np.random.Generator) -> None:
        super().__init__(architecture, generator)
        activation, blocks = ACTIVATIONS[architecture.activation], len(architecture.channels)
        if architecture.tokens:
            self.add("embedding", Embedding())
        for index in range(blocks):
            self.add(f"convolution_{index}", Convolution(architecture.strides, architecture.padding))
            if architecture.normalization:
                self.add(f"norm_{index}", NORMALIZATIONS[architecture.normalization]())
            self.add(f"activation_{index}", activation())
            if architecture.pooling:
                self.add(f"pooling_{index}", POOLINGS[architecture.pooling](architecture.pool_shape))
        self.add("flatten", Flatten())
        if not architecture.hidden:
            self.add_dropout("dropout_0", architecture.dropout)
        for index in range(len(architecture.hidden)):
            self.add(f"hidden_{index}", Dense())
            self.add(f"activation_{blocks + index}", activation())
            self.add_dropout(f"dropout_{index}", architecture.dropout)
        self.add("output", Dense())

    def forward(self, inputs: Array) -> Array:
        # A sequence is an image of width 1.
        return super().forward(inputs[:, :, np.newaxis] if self.architecture.tokens else inputs)

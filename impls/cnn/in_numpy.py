"""The convolutional network in NumPy."""

import numpy as np
import numpy.typing as npt

from impls.cnn.architecture import CNN
from impls.protocol import Array
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.convolution import Convolution
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.flatten import Flatten
from impls.scratch.normalization import NORMALIZATIONS
from impls.scratch.pooling import POOLINGS
from impls.scratch.sequential import Sequential


class Network(Sequential):
    """Blocks of convolution, normalization (optional), activation and pooling (optional), then dense layers.

    Maps images (examples, height, width, channels), or tokens (examples, positions), to (examples, outputs).
    """

    def __init__(self, architecture: CNN, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__(dtype, generator)
        self.architecture = architecture
        if architecture.tokens:
            self.add("embedding", Embedding(architecture.tokens, architecture.inputs[2], dtype))
        depth = architecture.inputs[2]
        for index, channels in enumerate(architecture.channels):
            convolution = Convolution(
                depth, channels, architecture.kernel_shape, architecture.strides, architecture.padding, dtype
            )
            self.add(f"convolution_{index}", convolution)
            if architecture.normalization:
                self.add(f"norm_{index}", NORMALIZATIONS[architecture.normalization](channels, dtype))
            self.add(f"activation_{index}", ACTIVATIONS[architecture.activation](dtype))
            if architecture.pooling:
                self.add(f"pooling_{index}", POOLINGS[architecture.pooling](architecture.pool_shape, dtype))
            depth = channels
        self.add("flatten", Flatten(dtype))
        width = architecture.flat_features
        if architecture.dropout and not architecture.hidden:
            self.add("dropout_0", Dropout(architecture.dropout, generator, dtype))
        for index, units in enumerate(architecture.hidden):
            self.add(f"hidden_{index}", Dense(width, units, dtype))
            activation_index = len(architecture.channels) + index
            self.add(f"activation_{activation_index}", ACTIVATIONS[architecture.activation](dtype))
            if architecture.dropout:
                self.add(f"dropout_{index}", Dropout(architecture.dropout, generator, dtype))
            width = units
        self.add("output", Dense(width, architecture.outputs, dtype))

    def forward(self, inputs: Array) -> Array:
        # A sequence is an image of width 1.
        return super().forward(inputs[:, :, np.newaxis] if self.architecture.tokens else inputs)

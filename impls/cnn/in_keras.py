"""The convolutional network in Keras."""

import keras

from impls.cnn.architecture import CNN
from impls.engines.in_keras.layers.activations import ACTIVATIONS
from impls.engines.in_keras.layers.dropout import Dropout
from impls.engines.in_keras.layers.network import network_input
from impls.engines.in_keras.layers.normalization import NORMALIZATIONS
from impls.engines.in_keras.layers.pooling import POOLINGS


class Network(keras.Sequential):
    """Blocks of convolution, normalization (optional), activation and pooling (optional), then dense layers.

    Maps images (examples, height, width, channels), or tokens (examples, positions), to (examples, outputs).
    """

    def __init__(self, architecture: CNN) -> None:
        super().__init__()
        self.add(network_input(architecture))
        if architecture.tokens:
            self.add(keras.layers.Embedding(architecture.tokens, architecture.inputs[2], name="embedding"))
            self.add(keras.layers.Reshape(architecture.inputs, name="image"))
        for index, channels in enumerate(architecture.channels):
            convolution = keras.layers.Conv2D(
                channels,
                architecture.kernel_shape,
                architecture.strides,
                architecture.padding,
                name=f"convolution_{index}",
            )
            self.add(convolution)
            if architecture.normalization:
                self.add(NORMALIZATIONS[architecture.normalization](name=f"norm_{index}"))
            self.add(ACTIVATIONS[architecture.activation](name=f"activation_{index}"))
            if architecture.pooling:
                self.add(POOLINGS[architecture.pooling](architecture.pool_shape, name=f"pooling_{index}"))
        self.add(keras.layers.Flatten(name="flatten"))
        if architecture.dropout and not architecture.hidden:
            self.add(Dropout(architecture.dropout, name="dropout_0"))
        for index, units in enumerate(architecture.hidden):
            self.add(keras.layers.Dense(units, name=f"hidden_{index}"))
            activation_index = len(architecture.channels) + index
            self.add(ACTIVATIONS[architecture.activation](name=f"activation_{activation_index}"))
            if architecture.dropout:
                self.add(Dropout(architecture.dropout, name=f"dropout_{index}"))
        self.add(keras.layers.Dense(architecture.outputs, name="output"))

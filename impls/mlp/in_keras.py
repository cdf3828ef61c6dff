"""The multilayer perceptron in Keras."""

import keras

from impls.engines.in_keras.layers.activations import ACTIVATIONS
from impls.engines.in_keras.layers.dropout import Dropout
from impls.engines.in_keras.layers.network import network_input
from impls.engines.in_keras.layers.normalization import NORMALIZATIONS
from impls.mlp.architecture import MLP


class Network(keras.Sequential):
    """Dense layers, each with normalization (optional), activation and dropout (optional).

    Maps (examples, inputs), real numbers or tokens, to (examples, outputs).
    """

    def __init__(self, architecture: MLP) -> None:
        super().__init__()
        self.add(network_input(architecture))
        if architecture.tokens:
            self.add(keras.layers.Embedding(architecture.tokens, architecture.embedding, name="embedding"))
            self.add(keras.layers.Flatten(name="flatten"))
        for index, units in enumerate(architecture.hidden):
            self.add(keras.layers.Dense(units, name=f"hidden_{index}"))
            if architecture.normalization:
                self.add(NORMALIZATIONS[architecture.normalization](name=f"norm_{index}"))
            self.add(ACTIVATIONS[architecture.activation](name=f"activation_{index}"))
            if architecture.dropout:
                self.add(Dropout(architecture.dropout, name=f"dropout_{index}"))
        self.add(keras.layers.Dense(architecture.outputs, name="output"))

"""The shallow network in Keras."""

import keras

from impls.engines.in_keras.layers.network import network_input


class Network(keras.Sequential):
    """Dense, tanh, dense."""

    def __init__(self, architecture) -> None:
        super().__init__()
        self.add(network_input(architecture))
        self.add(keras.layers.Dense(architecture.units, name="hidden"))
        self.add(keras.layers.Activation("tanh", name="activation_0"))
        self.add(keras.layers.Dense(architecture.outputs, name="output"))

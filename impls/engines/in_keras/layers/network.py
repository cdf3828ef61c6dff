"""What every network in Keras has."""

from collections.abc import Callable
from types import MethodType
from typing import Any, TypeVar

import keras

from impls.engines.in_keras.layers.dropout import Dropout
from impls.spec.architecture import Architecture

LayerType = TypeVar("LayerType", bound=keras.layers.Layer)


def network_input(architecture: Architecture) -> Any:
    """What a network begins with: a symbol for (examples, *input_shape), tokens as int64."""
    dtype = "int64" if architecture.fields else keras.config.dtype_policy().compute_dtype
    return keras.Input(architecture.input_shape, dtype=dtype)


class Network(keras.Model):
    """Base of the networks whose layers are no mere chain: functional models.

    A subclass adds its layers, and last of all makes itself a model of its inputs and of what its `forward` gives for
    them. A network over tokens whose architecture `decodes` has two methods more, `begin` and `step`, described by
    `impls.engines.decoding.DecodingNetwork`. Layers and blocks stand in attributes of the same names as in PyTorch, but
    for `output_layer`: a Keras model has an `output` already.
    """

    _is_model = False

    def __init__(self, inputs: Any, outputs: Any) -> None:
        object.__setattr__(self, "_is_model", True)
        super().__init__(inputs, outputs)
        if hasattr(keras.Model, "forward"):
            # On PyTorch this is what a module's call comes to; the network's own has done its work by now.
            object.__setattr__(self, "forward", MethodType(keras.Model.forward, self))

    def __setattr__(self, name: str, value: Any) -> None:
        # On PyTorch a Keras model is a module, which takes no layers before it has been initialized and forgets them
        # when it is; so until then attributes are Python's plain ones.
        if self._is_model:
            super().__setattr__(name, value)
        else:
            object.__setattr__(self, name, value)

    def add(self, name: str, layer: LayerType) -> LayerType:
        """Make the layer one of the network, under this name, which the architecture's parameters have."""
        layer.name = name
        return layer

    def add_dropout(self, name: str, rate: float) -> Callable[[Any], Any]:
        """Dropout under this name; at rate 0 none is added, and what is returned changes nothing."""
        return self.add(name, Dropout(rate)) if rate else identity


def identity(x: Any) -> Any:
    """Takes the place of a layer that a network leaves out."""
    return x

"""Keras's variables under the contract's names, which are Keras's own: layer, slash, variable."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from impls.architecture import Architecture
from impls.protocol import Array, Parameters


def named_variables(architecture: Architecture, network: keras.Sequential) -> dict[str, Any]:
    """The network's variables, trainable and not, by the contract's names and in its order."""
    variables = {f"{layer.name}/{variable.name}": variable for layer in network.layers for variable in layer.weights}
    return {name: variables[name] for name in architecture.parameters()}


def to_array(tensor: Any) -> Array:
    """A copy of a variable or tensor."""
    # What is copied first is a tensor, of which NumPy 2 makes an array without complaint; of a variable it does not.
    array: Array = ops.convert_to_numpy(ops.copy(tensor))
    return array


def load_arrays(variables: Mapping[str, Any], arrays: Parameters) -> None:
    """Assign the arrays to the variables of the same names; what was compiled over these stays valid."""
    for name, variable in variables.items():
        variable.assign(arrays[name])

"""Keras's variables under the contract's names and in its layout.

The names are Keras's own, layer, slash, variable, and so is the layout, but for the order of a GRU's gates.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from impls.engines.in_keras.layers.recurrent import exchange_gates
from impls.protocol import Array, Parameters
from impls.spec.architecture import Architecture


def named_variables(architecture: Architecture, network: keras.Model) -> dict[str, Any]:
    """The network's variables, trainable and not, by the contract's names and in its order."""
    variables = {_contract_name(layer, variable): variable for layer in network.layers for variable in layer.weights}
    return {name: variables[name] for name in architecture.parameters()}


def named_arrays(variables: Mapping[str, Any], tensors: Mapping[str, Any]) -> Parameters:
    """Copies of tensors that belong to the variables of the same names (their values, or gradients)."""
    return {name: exchange_gates(variables[name], to_array(tensor)) for name, tensor in tensors.items()}


def load_arrays(variables: Mapping[str, Any], arrays: Parameters) -> None:
    """Assign the arrays to the variables of the same names; what was compiled over these stays valid."""
    for name, variable in variables.items():
        # JAX keeps an array that happens to be aligned as it lies: without a copy the caller would still hold it.
        variable.assign(exchange_gates(variable, np.array(arrays[name])))


def to_array(tensor: Any) -> Array:
    """A copy of a variable, tensor or array."""
    value = tensor.value if isinstance(tensor, keras.Variable) else tensor
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    # NumPy 2 complains of how TensorFlow's variables and PyTorch's tensors make arrays of themselves.
    return np.array(value.numpy() if hasattr(value, "numpy") else value)


def _contract_name(layer: keras.layers.Layer, variable: Any) -> str:
    """The variable's path from the layer on, without the cell that a recurrent layer keeps its variables in."""
    path = variable.path.split("/")
    return "/".join(part for part in path[path.index(layer.name) :] if not part.endswith("_cell"))

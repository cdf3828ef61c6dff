"""Starting weights as PyTorch's and Keras's layers draw them by default, for what they alone are worth.

Comparisons start all implementations from the architecture's own initializers; these stand in for them where a study
asks what the defaults move. The distributions are the frameworks' own, the random numbers NumPy's.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from impls.spec.architecture import Architecture, ParameterSpec
from impls.spec.initializers import Float64, fans, forget_bias, glorot_uniform, orthogonal, uniform, zeros

#: A normalization's parameters and moving statistics, which both frameworks start at 1 and 0.
NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")


def torch_start(architecture: Architecture, generator: np.random.Generator) -> dict[str, Float64]:
    """As `torch.nn` starts: U(-1/√fan_in, 1/√fan_in) for kernels and biases alike, N(0, 1) for embeddings.

    Recurrent layers take U(-1/√units, 1/√units) for all of theirs. (`kaiming_uniform_` with a = √5 is the former.)
    """
    specs = architecture.parameters()
    return {name: _torch(name, spec, specs, generator) for name, spec in specs.items()}


def keras_start(architecture: Architecture, generator: np.random.Generator) -> dict[str, Float64]:
    """As Keras starts: Glorot's uniform kernels, orthogonal recurrent ones, biases of 0 but for an LSTM's forget gate.

    Embeddings are U(-0.05, 0.05).
    """
    return {name: _keras(name, spec, generator) for name, spec in architecture.parameters().items()}


#: Name of a framework -> its starting weights.
DEFAULT_STARTS: Mapping[str, Callable[[Architecture, np.random.Generator], dict[str, Float64]]] = MappingProxyType(
    {"torch": torch_start, "keras": keras_start}
)


def _torch(name: str, spec: ParameterSpec, specs: dict[str, ParameterSpec], generator: np.random.Generator) -> Float64:
    layer, kind = name.partition("/")[0], name.rpartition("/")[2]
    if kind in NORMALIZATION:
        return np.ones(spec.shape) if spec.initializer == "ones" else np.zeros(spec.shape)
    if kind == "embeddings":
        return generator.normal(0.0, 1.0, spec.shape)
    recurrent = specs.get(f"{layer}/recurrent_kernel")
    kernel = specs.get(f"{name.rpartition('/')[0]}/kernel", spec)
    fan_in = recurrent.shape[0] if recurrent is not None else fans(kernel.shape)[0]
    return generator.uniform(-1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in), spec.shape)


def _keras(name: str, spec: ParameterSpec, generator: np.random.Generator) -> Float64:
    kind = name.rpartition("/")[2]
    if kind in NORMALIZATION:
        return np.ones(spec.shape) if spec.initializer == "ones" else np.zeros(spec.shape)
    if kind == "embeddings":
        return uniform(generator, spec.shape)
    if kind == "recurrent_kernel":
        return orthogonal(generator, spec.shape)
    if kind == "bias":
        draw = forget_bias if spec.initializer == "forget_bias" else zeros
        return draw(generator, spec.shape)
    return glorot_uniform(generator, spec.shape)

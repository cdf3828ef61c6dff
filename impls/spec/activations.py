"""The names of the activations that hidden layers may have, the same in every implementation."""

from typing import Literal, TypeAlias, get_args

#: leaky_relu has slope 0.01 below 0; gelu is the exact one, with the error function (Hendrycks & Gimpel 2016).
Activation: TypeAlias = Literal["sigmoid", "relu", "leaky_relu", "tanh", "gelu"]

ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)

LEAKY_RELU_SLOPE = 0.01


def kernel_initializer(activation: Activation) -> str:
    """He et al. (2015) for the rectifiers, Glorot & Bengio (2010) for the saturating activations."""
    return "he_normal" if activation in ("relu", "leaky_relu", "gelu") else "glorot_uniform"

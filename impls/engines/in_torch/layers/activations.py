"""The activations by name."""

from collections.abc import Callable
from functools import partial

from torch import nn

from impls.spec.activations import LEAKY_RELU_SLOPE, Activation

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "leaky_relu": partial(nn.LeakyReLU, LEAKY_RELU_SLOPE),
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
}

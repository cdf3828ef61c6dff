"""The contract of `Model` and the certificate against `numpy`, on networks that have every kind of layer."""

from collections.abc import Callable

from impls.cnn import CNN
from impls.mlp import MLP
from impls.testing import parametrize_with_checks
from tests.impls.torch_process.builders import build_torch

PERCEPTRON = MLP(inputs=6, hidden=(64, 48), outputs=3, activation="gelu", dropout=0.3, normalization="batch")
CONVOLUTIONAL = CNN(
    inputs=(7, 8, 2), channels=(4, 6), stride=2, pooling=None, hidden=(64,), outputs=3, activation="tanh", dropout=0.4
)


@parametrize_with_checks(build_torch, [PERCEPTRON, CONVOLUTIONAL])
def test_contract(check: Callable[[], None]) -> None:
    check()

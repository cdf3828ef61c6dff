"""The contract of `Model` and the certificate against `numpy`, on networks that have every kind of layer."""

from collections.abc import Callable

from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import parametrize_with_checks
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_torch

PERCEPTRON = MLP(inputs=6, hidden=(64, 48), outputs=3, activation="gelu", dropout=0.3, normalization="batch")
CONVOLUTIONAL = CNN(
    inputs=(7, 8, 2), channels=(4, 6), stride=2, pooling=None, hidden=(64,), outputs=3, activation="tanh", dropout=0.4
)
CLASSIFIER = Recurrent(length=6, tokens=9, embedding=5, cell="gru", units=(40,), bidirectional=True, dropout=0.3)
LANGUAGE_MODEL = Recurrent(length=6, tokens=9, embedding=5, units=(12,), pooling=None, outputs=9)
ATTENTIVE = Seq2Seq(5, 9, 4, 8, embedding=10, units=12, attention="additive", bidirectional=True, dropout=0.3)
TRANSFORMER = Transformer(5, 9, 4, 8, width=16, heads=4, layers=1, feedforward=12, pre_norm=True, dropout=0.2)


@parametrize_with_checks(build_torch, [PERCEPTRON, CONVOLUTIONAL])
def test_contract(check: Callable[[], None]) -> None:
    check()


# Their thousands of small steps take long; float32 is compared on every example in test_equivalence.py.
@parametrize_with_checks(build_torch, [CLASSIFIER, LANGUAGE_MODEL, ATTENTIVE, TRANSFORMER], dtypes=["float64"])
def test_contract_over_sequences(check: Callable[[], None]) -> None:
    check()

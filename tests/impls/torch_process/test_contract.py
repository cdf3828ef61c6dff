"""The contract of `Model` and the certificate against `numpy`, on networks that have every kind of layer."""

from collections.abc import Callable

import pytest

from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import CHECKS, Case, Subject, parametrize_with_checks
from impls.testing.checking import Check
from impls.training import Training
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_torch

PERCEPTRON = MLP(inputs=6, hidden=(64, 48), outputs=3, activation="gelu", dropout=0.3, normalization="batch")
CONVOLUTIONAL = CNN(
    inputs=(7, 8, 2), channels=(4, 6), stride=2, pooling=None, hidden=(64,), outputs=3, activation="tanh", dropout=0.4
)
CLASSIFIER = Recurrent(length=6, tokens=9, embedding=5, cell="gru", units=(40,), bidirectional=True, dropout=0.3)
LANGUAGE_MODEL = Recurrent(length=6, tokens=9, embedding=5, units=(12,), pooling=None, outputs=9)
ATTENTIVE = Seq2Seq(5, 9, 4, 8, embedding=10, units=12, attention="additive", bidirectional=True, dropout=0.3)
SEQUENCES = Subject(build_torch, Case("seq2seq", ATTENTIVE, Training("adam", 1e-3)), "cpu", "float64")
TRANSFORMER = Transformer(5, 9, 4, 8, width=16, heads=4, layers=1, feedforward=12, pre_norm=True, dropout=0.2)


@parametrize_with_checks(build_torch, [PERCEPTRON], dtypes=["float32"])
def test_contract(check: Callable[[], None]) -> None:
    check()


# Every example goes through the conformance run; the certificate's other stages take thousands of small steps.
@pytest.mark.parametrize("check", [each for each in CHECKS if each.name != "certificate"], ids=lambda each: each.name)
def test_contract_over_sequences(check: Check) -> None:
    check(SEQUENCES)


@pytest.mark.nightly
@parametrize_with_checks(
    build_torch, [PERCEPTRON, ATTENTIVE, CONVOLUTIONAL, CLASSIFIER, LANGUAGE_MODEL, TRANSFORMER], dtypes=["float64"]
)
def test_whole_contract_in_float64(check: Callable[[], None]) -> None:
    check()

"""The contract of `Model`, and the whole certificate against `numpy`, on networks that have every kind of layer."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cli import certify
from impls import Batch, Training, build
from impls.cnn import CNN
from impls.engines import implementations
from impls.errors import ArchitectureError, ImplementationError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing.contract import bound_checks
from impls.transformer import Transformer
from tests.impls.builders import build_function

PERCEPTRON = MLP(inputs=6, hidden=(64, 48), outputs=3, activation="gelu", dropout=0.3, normalization="batch")
CONVOLUTIONAL = CNN(inputs=(5, 6, 2), channels=(4,), stride=2, pooling="max", outputs=3, activation="tanh")
CLASSIFIER = Recurrent(length=4, tokens=7, embedding=3, cell="gru", units=(24,), bidirectional=True, dropout=0.3)
LANGUAGE_MODEL = Recurrent(length=4, tokens=6, embedding=3, units=(6,), pooling=None, outputs=6)
ATTENTIVE = Seq2Seq(4, 7, 3, 6, embedding=4, units=6, attention="additive", bidirectional=True)
TRANSFORMER = Transformer(4, 7, 3, 6, width=8, heads=2, layers=1, feedforward=6, pre_norm=True)


#: The whole certificate takes thousands of small steps in loops. The conformance run compares function, epochs and
#: decoding of all of them; a hundred steps and large batches are nightly but for one perceptron.
SLOW = ("mlp0-float64", "cnn1", "recurrent", "seq2seq2", "transformer3")


def checks_of(*architectures, **settings):
    return pytest.mark.parametrize(
        "check",
        [
            pytest.param(each.run, id=each.name, marks=pytest.mark.nightly if is_slow(each.name) else ())
            for each in bound_checks(build_function("numpy-textbook"), architectures, **settings)
        ],
    )


def is_slow(name):
    return name.endswith("-certificate") and name.startswith(SLOW)


@checks_of(PERCEPTRON, CONVOLUTIONAL)
def test_contract(check):
    check()


# Float32 is compared in the conformance run.
@checks_of(CLASSIFIER, LANGUAGE_MODEL, ATTENTIVE, TRANSFORMER, dtypes=["float64"])
def test_contract_over_sequences(check):
    check()


def test_certificates_of_all_implementations_leave_out_what_lacks_a_network(monkeypatch):
    both = ["float64", "float32"]
    assert certify._implementations(None, "cpu", both, ["mlp", "cnn"]) == certify._implementations(
        None, "cpu", both, []
    )
    monkeypatch.setattr(certify, "has_network", lambda network, name: (network, name) != ("cnn", "numpy-textbook"))
    assert "numpy-textbook" in certify._implementations(None, "cpu", both, ["mlp"])
    assert "numpy-textbook" not in certify._implementations(None, "cpu", both, ["mlp", "cnn"])
    assert "numpy" in certify._implementations(None, "cpu", both, ["mlp", "cnn"])
    assert certify._implementations(["numpy-textbook"], "cpu", both, ["cnn"]) == ["numpy-textbook"]


def test_architecture_without_a_network_of_it_is_answered(monkeypatch):
    known = implementations()
    monkeypatch.setitem(known, "numpy-textbook", replace(known["numpy-textbook"], network="in_nowhere"))
    with pytest.raises(ImplementationError, match=r"'mlp'.*'numpy-textbook'.*impls/mlp/in_nowhere.py"):
        build(PERCEPTRON, "numpy-textbook")


def test_unregistered_architecture_is_answered(monkeypatch):
    monkeypatch.setattr(MLP, "name", "autoencoder")
    with pytest.raises(ArchitectureError, match=r"'autoencoder' is unknown; there are cnn, mlp"):
        build(PERCEPTRON, "numpy-textbook")


def test_mean_loss_beyond_the_range_is_no_error_of_numpy():
    model = build(
        MLP(inputs=1, hidden=(), outputs=1),
        "numpy-textbook",
        Training("sgd", 1e-3, loss="mean_absolute_error"),
        dtype="float64",
    )
    batch = Batch(np.ones((2, 1)), np.full((2, 1), 8e307))
    with np.errstate(all="raise"):
        assert model.train_epoch([batch, batch]) == np.inf

"""Keras on JAX: the certificate's stages on one network of every architecture, by the certificate's own bounds.

The layers are tested on TensorFlow; here it is about what the backend does with them.
"""

import pytest

from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import Case
from impls.training import Training
from impls.transformer import Transformer
from tests.impls.conformance import conforms

STAGES = ("function", "batched prediction", "padding", "decoding", "train_epoch", "dropout, given masks")

NETWORKS = {
    "mlp": MLP(inputs=6, hidden=(8,), outputs=3, activation="gelu", dropout=0.3, normalization="batch"),
    "cnn": CNN(inputs=(6, 5, 2), channels=(4,), stride=2, outputs=3, activation="leaky_relu"),
    "recurrent": Recurrent(
        length=5, tokens=7, embedding=3, cell="gru", units=(4,), bidirectional=True, pooling="mean", outputs=3
    ),
    "seq2seq": Seq2Seq(4, 7, 4, 6, embedding=3, units=4, attention="additive"),
    "transformer": Transformer(4, 7, 4, 6, width=4, heads=2, layers=1, feedforward=5, pre_norm=True),
}


#: XLA compiles a dozen functions for each network, which takes ten seconds and more.
NIGHTLY = ("cnn", "recurrent", "seq2seq", "transformer")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.nightly if name in NIGHTLY else ()) for name in NETWORKS]
)
def test_conforms(name):
    case = Case(name, NETWORKS[name], Training("nadam", 1e-2, weight_decay=0.1, clip_norm=0.5), STAGES)
    conforms(case, "keras-jax", "float64")


@pytest.mark.nightly
def test_attention_has_numpys_function():
    """Of the network with the most kinds of layers."""
    conforms(Case("transformer", NETWORKS["transformer"], Training(), ("function",)), "keras-jax", "float64")


@pytest.mark.nightly
def test_an_optimizer_with_a_state_of_its_own():
    """The others go through the same step; each is tried in four variations. The perceptron above is trained by it."""
    network = MLP(inputs=4, hidden=(5,), outputs=3, activation="tanh", normalization="batch")
    conforms(Case("optimizers", network, Training(), ("optimizers",), ("nadam",)), "keras-jax", "float64")

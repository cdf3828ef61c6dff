"""Keras in the conformance run: always one or two examples of each architecture, nightly all of them.

Keras traces each function of each network anew, which takes most of the time: a network of two recurrent layers in both
directions takes half a minute. `test_against_numpy.py` compares the outputs and gradients of further small networks.
"""

import pytest

from impls.testing import optimizer_case
from tests.impls.conformance import Run, conforms, parametrize_over_examples

ALWAYS = {
    "float64": (
        "mlp: GELU, batch normalization, dropout",
        "cnn: stride 2 on even and odd sides",
        "recurrent: RNN language model",
        "seq2seq: GRU, additive",
        "transformer: language model, learned positions, pre-norm",
    ),
    "float32": (
        "mlp: tokens, layer normalization, dropout",
        "cnn: tokens, pooling, dropout",
        "recurrent: LSTM on tokens, mean",
        "transformer: classifier",
    ),
}


@parametrize_over_examples(*(Run("keras-tensorflow", dtype, always) for dtype, always in ALWAYS.items()))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)


@pytest.mark.parametrize("dtype", ["float64", pytest.param("float32", marks=pytest.mark.nightly)])
def test_every_optimizer(dtype):
    """One and three steps of each, plain, with decay, with clipping, and with everything."""
    conforms(optimizer_case("mlp"), "keras-tensorflow", dtype)

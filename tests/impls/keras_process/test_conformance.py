"""Keras in the conformance run: always one or two examples of each architecture, nightly all of them.

Keras traces each function of each network anew, which takes most of the time: a network of two recurrent layers in both
directions takes half a minute. `test_against_numpy.py` compares the outputs and gradients of further small networks.
"""

from dataclasses import replace

import pytest

from impls.testing import COMBINED, optimizer_case
from tests.impls.conformance import Run, conforms, parametrize_over_examples

ALWAYS = {
    "float64": (
        "mlp: GELU, batch normalization, dropout",
        "cnn: stride 2 on even and odd sides",
        "seq2seq: GRU, additive, dropout",
        "transformer: language model, learned positions, pre-norm, dropout",
    ),
    "float32": ("recurrent: LSTM on tokens, mean",),
}


@parametrize_over_examples(*(Run("keras-tensorflow", dtype, always) for dtype, always in ALWAYS.items()))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)


def test_every_optimizer():
    """One and three steps of each with everything: decay, L2 and clipping."""
    conforms(replace(optimizer_case("mlp"), variations=(COMBINED,)), "keras-tensorflow", "float64")


@pytest.mark.nightly
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_optimizer_in_every_variation(dtype):
    """Plain, with decay, with clipping, and with everything."""
    conforms(optimizer_case("mlp"), "keras-tensorflow", dtype)

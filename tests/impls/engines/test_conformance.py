"""NumPy in the conformance run: against itself, what its own answers must agree in; and as in the textbook."""

from dataclasses import replace

import pytest

from tests.impls.conformance import CASES, Run, conforms, parametrize_over_examples

#: One of each architecture, which the textbook goes through with everything; it takes its time.
WHOLE = (
    "mlp: GELU, batch normalization, dropout",
    "cnn: plain",
    "recurrent: GRU on numbers, both directions, mean",
    "seq2seq: GRU, additive",
    "transformer: encoder-decoder",
)


@parametrize_over_examples(
    Run("numpy", "float64"),
    Run("numpy", "float32"),
    Run("numpy-textbook", "float64", always=WHOLE),
    Run("numpy-textbook", "float32", always=WHOLE),
)
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in WHOLE], ids=lambda case: case.name)
def test_every_other_example_has_the_textbooks_function(case):
    conforms(replace(case, stages=("parameters", "function", "dropout, given masks")), "numpy-textbook", "float64")

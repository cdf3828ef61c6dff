"""NumPy in the conformance run: against itself, what its own answers must agree in; and as in the textbook."""

from dataclasses import replace

import pytest

from tests.impls.conformance import CASES, ONE_OF_EACH, Run, conforms, parametrize_over_examples

#: One of each architecture, which the textbook goes through with everything in float64; it takes its time.
WHOLE = (
    "mlp: GELU, batch normalization, dropout",
    "cnn: plain",
    "recurrent: GRU on numbers, both directions, mean",
    "seq2seq: GRU, additive, dropout",
    "transformer: encoder-decoder",
)


@parametrize_over_examples(
    Run("numpy", "float64"),
    Run("numpy", "float32", always=ONE_OF_EACH),
    Run("numpy-textbook", "float64", always=WHOLE),
    Run("numpy-textbook", "float32", always=()),
)
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)


#: The others in the precision that shows a wrong equation nearest, and these in the other one.
SHORTLY = [(case, "float32" if case.name in WHOLE else "float64") for case in CASES]


@pytest.mark.parametrize(("case", "dtype"), SHORTLY, ids=[f"{case.name}-{dtype}" for case, dtype in SHORTLY])
def test_every_example_has_the_textbooks_function(case, dtype):
    conforms(replace(case, stages=("parameters", "function", "dropout, given masks")), "numpy-textbook", dtype)

"""NumPy in the conformance run: against itself, what its own answers must agree in; and as in the textbook."""

from tests.impls.conformance import Run, conforms, parametrize_over_examples

#: One of each architecture; the textbook in float64 goes through all.
IN_FLOAT32 = (
    "mlp: GELU, batch normalization, dropout",
    "cnn: plain",
    "recurrent: GRU on numbers",
    "seq2seq: GRU, additive",
    "transformer: encoder-decoder",
)


@parametrize_over_examples(
    Run("numpy", "float64"),
    Run("numpy", "float32"),
    Run("numpy-textbook", "float64"),
    Run("numpy-textbook", "float32", always=IN_FLOAT32),
)
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

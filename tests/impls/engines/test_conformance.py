"""NumPy in the conformance run: against itself, what its own answers must agree in."""

from tests.impls.conformance import Run, conforms, parametrize_over_examples


@parametrize_over_examples(Run("numpy", "float64"), Run("numpy", "float32"))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

"""NumPy in the conformance run: against itself, what its own answers must agree in."""

from tests.impls.conformance import conforms, parametrize_over_examples


@parametrize_over_examples(("numpy", "float64"), ("numpy", "float32"))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

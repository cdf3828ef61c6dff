"""PyTorch in the conformance run."""

from tests.impls.conformance import conforms, parametrize_over_examples


@parametrize_over_examples(("torch", "float64"), ("torch", "float32"))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

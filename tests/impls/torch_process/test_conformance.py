"""PyTorch in the conformance run."""

from tests.impls.conformance import Run, conforms, parametrize_over_examples


@parametrize_over_examples(Run("torch", "float64"), Run("torch", "float32"))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

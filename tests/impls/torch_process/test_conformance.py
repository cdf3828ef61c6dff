"""PyTorch in the conformance run."""

from tests.impls.conformance import ONE_OF_EACH, Run, conforms, parametrize_over_examples


@parametrize_over_examples(Run("torch", "float64"), Run("torch", "float32", always=ONE_OF_EACH))
def test_example(case, implementation, dtype):
    conforms(case, implementation, dtype)

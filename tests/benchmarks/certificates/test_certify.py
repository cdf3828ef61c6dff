"""Which cases an implementation goes through."""

import pytest

from benchmarks.certificates.certify import cases_of
from impls.spec.discovery import architectures
from impls.testing import Case, covering, example_cases


@pytest.fixture(scope="module")
def examples() -> list[Case]:
    return [case for name in architectures() for case in example_cases(name)]


@pytest.mark.parametrize("name", ["numpy", "numpy-textbook", "torch", "keras-tensorflow"])
def test_whoever_has_a_network_first_goes_through_everything(examples: list[Case], name: str) -> None:
    assert cases_of(name, examples) == examples


@pytest.mark.parametrize("name", ["torch+compile", "keras-tensorflow+xla", "keras-jax", "keras-torch"])
def test_who_shares_its_networks_goes_through_every_setting_of_every_architecture(
    examples: list[Case], name: str
) -> None:
    fewer = cases_of(name, examples)
    assert fewer == covering(examples)
    assert len(fewer) < len(examples)
    assert {case.architecture.name for case in fewer} == set(architectures())
    assert cases_of(name, examples, all_cases=True) == examples

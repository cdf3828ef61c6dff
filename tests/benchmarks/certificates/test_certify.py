"""Which cases an implementation goes through."""

import pytest

from benchmarks.certificates.certify import cases_of
from impls.spec.discovery import architectures
from impls.testing import Case, covering, example_cases, stages_of

BOTH = ("float64", "float32")
#: Stages that need no partner.
HELD_TO_ITSELF = {
    "batched prediction", "train_epoch", "padding", "causality", "state", "dropout, drawn masks", "dropout rate"
}  # fmt: skip


@pytest.fixture(scope="module")
def examples() -> list[Case]:
    return [case for name in architectures() for case in example_cases(name)]


@pytest.mark.parametrize("name", ["numpy", "numpy-textbook", "torch"])
def test_whoever_has_a_network_first_goes_through_everything(examples: list[Case], name: str) -> None:
    assert cases_of(name, examples, BOTH) == [(case, dtype) for case in examples for dtype in BOTH]


def test_the_first_that_is_compiled_is_held_to_itself_in_float32_alone(examples: list[Case]) -> None:
    own = cases_of("keras-tensorflow", examples, BOTH)
    assert [case for case, dtype in own if dtype == "float32"] == examples
    in_float64 = {case.name: {stage.name for stage in stages_of(case)} for case, dtype in own if dtype == "float64"}
    assert set(in_float64) == {case.name for case in examples}
    for case in examples:
        everything = {stage.name for stage in stages_of(case)}
        assert everything - in_float64[case.name] == everything & HELD_TO_ITSELF
    assert {"function", "drift", "extremes", "optimizers", "horizon"} <= set().union(*in_float64.values())


@pytest.mark.parametrize("name", ["torch+compile", "keras-tensorflow+xla", "keras-jax", "keras-torch"])
def test_who_shares_its_networks_goes_through_every_setting_of_every_architecture(
    examples: list[Case], name: str
) -> None:
    own = cases_of(name, examples, BOTH)
    fewer = [case for case, dtype in own if dtype == "float32"]
    assert fewer == covering(examples)
    assert len(fewer) < len(examples)
    assert {case.architecture.name for case in fewer} == set(architectures())
    in_float64 = [case for case, dtype in own if dtype == "float64"]
    assert [case.name for case in in_float64] == [case.name for case in fewer]
    stages = {stage.name for case in in_float64 for stage in stages_of(case)}
    assert stages == {"parameters", "function", "optimizers", "horizon"}


@pytest.mark.parametrize("name", ["keras-tensorflow", "keras-jax"])
def test_all_of_it_where_that_is_asked_for_or_float64_alone(examples: list[Case], name: str) -> None:
    everything = cases_of(name, examples, BOTH, all_cases=True)
    assert everything == [(case, dtype) for case in examples for dtype in BOTH]
    alone = cases_of(name, examples, ("float64",))
    assert [case for case, _ in alone] == (examples if name == "keras-tensorflow" else covering(examples))


def test_coarser_arithmetic_has_no_float64(examples: list[Case]) -> None:
    assert {dtype for _, dtype in cases_of("torch+bf16", examples, BOTH)} == {"float32"}

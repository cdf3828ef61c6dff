"""Which cases an implementation goes through, and what comes of the pairs."""

import json
from types import SimpleNamespace

import pytest

from benchmarks.certificates import certify as module
from benchmarks.certificates.arrays import write_stage
from benchmarks.certificates.certify import cases_of, certify
from benchmarks.certificates.compare import compare
from benchmarks.certificates.trials import ProbeRequest
from impls.spec.discovery import architectures
from impls.testing import Case, covering, example_cases, stages_of
from tests.benchmarks.certificates.samples import SHORT, numpy_arrays

BOTH = ("float64", "float32")
#: Stages that hold an implementation to itself, draw, or train for long.
NOT_FORMULAS = {
    "batched prediction", "train_epoch", "drift", "padding", "causality", "state", "dropout, drawn masks",
    "dropout rate", "one example",
}  # fmt: skip


@pytest.fixture(scope="module")
def examples() -> list[Case]:
    return [case for name in architectures() for case in example_cases(name)]


@pytest.mark.parametrize("name", ["numpy", "numpy-textbook", "torch"])
def test_whoever_has_a_network_first_goes_through_everything(examples: list[Case], name: str) -> None:
    assert cases_of(name, examples, BOTH) == [(case, dtype) for case in examples for dtype in BOTH]


def test_the_first_that_is_compiled_goes_through_the_formulas_alone_in_float64(examples: list[Case]) -> None:
    own = cases_of("keras-tensorflow", examples, BOTH)
    assert [case for case, dtype in own if dtype == "float32"] == examples
    in_float64 = {case.name: stages(case) for case, dtype in own if dtype == "float64"}
    assert in_float64 == {case.name: stages(case) - NOT_FORMULAS for case in examples if stages(case) - NOT_FORMULAS}
    assert {"function", "extremes", "optimizers", "horizon"} <= set().union(*in_float64.values())


@pytest.mark.parametrize("name", ["torch+compile", "keras-tensorflow+xla", "keras-jax", "keras-torch"])
def test_who_shares_its_networks_goes_through_every_setting_and_one_network_of_each_whole(
    examples: list[Case], name: str
) -> None:
    own = cases_of(name, examples, BOTH)
    fewer = {case.name: case for case in covering(examples)}
    assert len(fewer) < len(examples)
    assert list(dict.fromkeys(case.name for case, _ in own)) == list(fewer)

    whole = [(case.architecture.name, dtype) for case, dtype in own if case.stages is None]
    assert whole == [(architecture, "float32") for architecture in architectures()]
    assert all("dropout, drawn masks" in stages(case) for case, _ in own if case.stages is None)
    long = ("mlp: long trainings", "float64")
    others = [(case, dtype) for case, dtype in own if case.stages is not None and (case.name, dtype) != long]
    assert len(others) == len(own) - len(whole) - 1
    assert [dtype for _, dtype in others] == [BOTH[number % 2] for number in range(len(others))]
    for case, _ in others:
        assert stages(case) == stages(fewer[case.name]) - NOT_FORMULAS
    for architecture in architectures():
        assert {dtype for case, dtype in own if case.architecture.name == architecture} == set(BOTH)


@pytest.mark.parametrize("name", ["keras-tensorflow", "keras-jax"])
def test_all_of_it_where_that_is_asked_for_or_float64_alone(examples: list[Case], name: str) -> None:
    everything = cases_of(name, examples, BOTH, all_cases=True)
    assert everything == [(case, dtype) for case in examples for dtype in BOTH]
    alone = cases_of(name, examples, ("float64",))
    assert [case.name for case, _ in alone] == [
        case.name for case in (examples if name == "keras-tensorflow" else covering(examples))
    ]
    assert sum(case.stages is None for case, _ in alone) >= len(architectures())


def test_coarser_arithmetic_has_no_float64(examples: list[Case]) -> None:
    assert {dtype for _, dtype in cases_of("torch+bf16", examples, BOTH)} == {"float32"}


def stages(case: Case) -> set[str]:
    return {stage.name for stage in stages_of(case)}


@pytest.fixture
def without_processes(monkeypatch):
    """Every implementation leaves NumPy's arrays, but that the textbook's have another loss in float64."""

    def run_jobs(jobs, folder, *others):
        for job in jobs:
            (trial,) = ProbeRequest.model_validate(json.loads(job.command.request)).trials
            for stage, arrays in numpy_arrays(SHORT, trial.dtype).items():
                wrong = (trial.implementation, trial.dtype, stage) == ("numpy-textbook", "float64", "function")
                write_stage(folder / trial.folder, stage, arrays | ({"loss": arrays["loss"] + 1} if wrong else {}))
            job.collect({"unable": None}, None)
            yield SimpleNamespace(job=job, seconds=0.0)

    monkeypatch.setattr(module, "run_jobs", run_jobs)


def test_each_pair_is_compared_once_and_stands_in_its_order(tmp_path, monkeypatch, without_processes):
    compared = []

    def counted(folder, reference, candidate, *read):
        compared.append((reference.implementation, candidate.implementation, candidate.dtype))
        return compare(folder, reference, candidate, *read)

    monkeypatch.setattr(module, "compare", counted)
    lines = []
    certified = certify([SHORT], ["numpy-textbook", "torch"], folder=tmp_path, tell=lines.append)
    pairs = [(each.reference.implementation, each.candidate.implementation, each.candidate.dtype) for each in certified]
    expected = [
        ("numpy", "numpy"), ("numpy", "numpy-textbook"), ("numpy", "torch"), ("numpy-textbook", "torch"),
    ]  # fmt: skip
    assert pairs == [(*pair, dtype) for pair in expected for dtype in BOTH]
    assert sorted(compared) == sorted(pairs)
    failed = [pair for pair, each in zip(pairs, certified, strict=True) if not each.passed]
    assert failed == [("numpy", "numpy-textbook", "float64"), ("numpy-textbook", "torch", "float64")]
    assert len(lines) == 6
    assert sum("FAILED" in line for line in lines) == 1

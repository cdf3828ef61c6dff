"""Requests: a case is the same after its way through JSON, and its folder says everything that it depends on."""

import dataclasses

import pytest

from benchmarks.certificates import trials
from benchmarks.certificates.trials import ProbeRequest, make_trial, probe_command
from impls import Training
from impls.spec.discovery import architectures
from impls.testing import example_cases
from tests.benchmarks.certificates.samples import CASE

EXAMPLES = [case for name in architectures() for case in example_cases(name)]


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case.name)
def test_case_survives_json(case, tmp_path):
    trial = make_trial(case, "numpy", "cpu", "float32", 1)
    request = ProbeRequest.model_validate_json(probe_command([trial], tmp_path).request)
    assert request.trials[0].case.case() == case
    assert request.trials[0].folder == trial.folder


@pytest.mark.parametrize(
    "other",
    [
        (dataclasses.replace(CASE, name="other"), "numpy", "cpu", "float32", 1),
        (dataclasses.replace(CASE, training=Training("momentum", 0.06)), "numpy", "cpu", "float32", 1),
        (dataclasses.replace(CASE, stages=("function",)), "numpy", "cpu", "float32", 1),
        (dataclasses.replace(CASE, optimizers=("adam",)), "numpy", "cpu", "float32", 1),
        (CASE, "torch", "cpu", "float32", 1),
        (CASE, "torch", "cuda", "float32", 1),
        (CASE, "numpy", "cpu", "float64", 1),
        (CASE, "numpy", "cpu", "float32", 2),
    ],
)
def test_another_setting_has_another_folder(other):
    assert make_trial(*other).folder != make_trial(CASE, "numpy", "cpu", "float32", 1).folder


def test_other_sources_have_another_folder(monkeypatch):
    before = make_trial(CASE, "numpy", "cpu", "float32", 1).folder
    monkeypatch.setattr(trials, "sources_digest", lambda timed: f"other {timed}")
    assert make_trial(CASE, "numpy", "cpu", "float32", 1).folder != before


def test_numpy_stays_on_the_cpu():
    assert make_trial(CASE, "numpy", "cuda", "float32", 1).device == "cpu"
    assert make_trial(CASE, "torch", "cuda", "float32", 1).device == "cuda"

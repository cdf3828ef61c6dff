"""Comparison of what two trials left: the figure, the tensor, and the layer that departs first."""

import json

import numpy as np
import pytest

from benchmarks.certificates.arrays import write_stage
from benchmarks.certificates.compare import certificate, compare
from benchmarks.certificates.trials import make_trial
from benchmarks.records.results import CertificateResult
from tests.benchmarks.certificates.samples import CASE, SHORT, numpy_arrays

REFERENCE = make_trial(SHORT, "numpy", "cpu", "float32", 1)
CANDIDATE = make_trial(SHORT, "torch", "cpu", "float32", 1)


@pytest.fixture
def left(tmp_path):
    """The candidate's arrays, equal to the reference's, to be tampered with; `compared` then compares."""
    for stage, arrays in numpy_arrays(SHORT).items():
        write_stage(tmp_path / REFERENCE.folder, stage, arrays)
    return numpy_arrays(SHORT)


def compared(folder, left):
    for stage, arrays in left.items():
        write_stage(folder / CANDIDATE.folder, stage, arrays)
    return {finding.stage: finding for finding in compare(folder, REFERENCE, CANDIDATE)}


def test_equal_arrays_pass(tmp_path, left):
    findings = compared(tmp_path, left)
    assert list(findings) == ["parameters", "forward", "loss", "gradients", "layers", "layers in training"]
    assert all(finding.passed and finding.worst == 0 and not finding.detail for finding in findings.values())
    assert certificate(list(findings.values())).passed


def test_a_layer_that_departs_though_the_outputs_do_not_is_a_finding(tmp_path, left):
    shown = left["function"]
    shown["evaluation/hidden_1"] = shown["evaluation/hidden_1"] * 1.001
    finding = compared(tmp_path, left)["layers"]
    assert not finding.passed
    assert finding.tensor == "hidden_1"
    del shown["evaluation/hidden_1"]
    missing = compared(tmp_path, left)["layers"]
    assert not missing.passed
    assert missing.detail == "does not show hidden_1"


def test_gradient_is_named_with_the_place_where_it_departs(tmp_path, left):
    gradients = left["function"]
    for name in ("gradient/hidden_0/kernel", "gradient/hidden_1/bias"):
        gradients[name] = gradients[name] * 1.001
    finding = compared(tmp_path, left)["gradients"]
    assert not finding.passed
    assert finding.worst == pytest.approx(1e-3, rel=1e-2)
    assert "going backward, hidden_1/bias departs first" in finding.detail
    assert "output/kernel, reached before it, agrees" in finding.detail


def test_layer_that_departs_first_is_named(tmp_path, left):
    arrays = left["function"]
    for name in ("logits", "evaluation/activation_1", "evaluation/output"):
        arrays[name] = arrays[name] + np.float32(0.1)
    detail = compared(tmp_path, left)["forward"].detail
    assert "activation_1 departs first" in detail
    assert "hidden_1 before it agrees" in detail


def test_training_mode_has_its_own_layers(tmp_path, left):
    arrays = left["function"]
    arrays["loss"] = arrays["loss"] * 2
    arrays["training/hidden_0"] = arrays["training/hidden_0"] + np.float32(1)
    findings = compared(tmp_path, left)
    assert findings["forward"].passed
    assert "hidden_0 departs first" in findings["loss"].detail
    assert "it is the first layer" in findings["loss"].detail


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_no_number_fails_and_can_be_stored(tmp_path, left, broken):
    left["function"]["logits"] = np.full_like(left["function"]["logits"], broken)
    result = certificate(list(compared(tmp_path, left).values()))
    assert not result.passed
    assert CertificateResult.model_validate(json.loads(result.model_dump_json())) == result


def test_missing_tensor_fails(tmp_path, left):
    del left["function"]["gradient/output/bias"]
    finding = compared(tmp_path, left)["gradients"]
    assert not finding.passed
    assert finding.tensor == "output/bias"


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (lambda arrays: arrays.pop("loaded/output/bias"), "names are"),
        (lambda arrays: arrays.update({"loaded/extra": np.zeros(1, "float32")}), "names are"),
        (lambda arrays: arrays.update({"loaded/output/bias": np.zeros(5, "float32")}), "has shape"),
        (lambda arrays: arrays.update({"loaded/output/bias": np.zeros(2)}), "is float64, not float32"),
        (lambda arrays: arrays.update({"loaded/output/bias": np.ones(2, "float32")}), "is not what was loaded"),
        (lambda arrays: arrays.update({"start/output/bias": np.ones(2, "float32")}), "starts from other values"),
    ],
)
def test_parameters_are_held_to_names_shapes_and_values(tmp_path, left, tamper, complaint):
    tamper(left["parameters"])
    finding = compared(tmp_path, left)["parameters"]
    assert not finding.passed
    assert complaint in finding.detail


def test_trial_that_left_nothing_fails_every_stage(tmp_path, left):
    findings = compared(tmp_path, {})
    assert findings
    assert all("left nothing" in finding.detail for finding in findings.values())


def test_error_of_a_stage_is_reported(tmp_path, left):
    left["function"] = {"error": np.array("RuntimeError: no such kernel")}
    assert "RuntimeError: no such kernel" in compared(tmp_path, left)["function"].detail


def test_rounded_products_have_bounds_of_their_own_whichever_side_rounds(tmp_path, left):
    rounded = make_trial(SHORT, "torch+bf16", "cpu", "float32", 1)
    arrays = left["function"]
    arrays["logits"] = arrays["logits"] * np.float32(1.02)
    for stage, ours in left.items():
        write_stage(tmp_path / rounded.folder, stage, ours)
        write_stage(tmp_path / CANDIDATE.folder, stage, ours)
    for reference, candidate in ((REFERENCE, rounded), (rounded, REFERENCE)):
        forward = next(each for each in compare(tmp_path, reference, candidate) if each.stage == "forward")
        assert forward.passed
        assert forward.bound > 0.02
    assert not next(each for each in compare(tmp_path, REFERENCE, CANDIDATE) if each.stage == "forward").passed


def test_who_says_that_it_rounds_and_does_not_fails(tmp_path, left):
    rounded = make_trial(SHORT, "torch+bf16", "cpu", "float32", 1)
    for place in (rounded, REFERENCE):
        for stage, arrays in left.items():
            write_stage(tmp_path / place.folder, stage, arrays)

    def rounding(reference, candidate):
        return [each for each in compare(tmp_path, reference, candidate) if each.stage == "rounding"]

    for pair in ((REFERENCE, rounded), (rounded, REFERENCE)):
        (finding,) = rounding(*pair)
        assert not finding.passed
        assert "products are not in bfloat16" in finding.detail
    assert rounding(REFERENCE, CANDIDATE) == []
    arrays = left["function"]
    write_stage(tmp_path / rounded.folder, "function", arrays | {"logits": arrays["logits"] * np.float32(1.001)})
    (finding,) = rounding(REFERENCE, rounded)
    assert finding.passed


def test_a_trial_of_rounded_products_leaves_out_what_these_cannot_keep():
    stages = {name: make_trial(CASE, name, "cpu", "float32", 1).case.stages for name in ("torch", "torch+bf16")}
    assert stages["torch"] is None
    assert "function" in stages["torch+bf16"]
    assert "drift" not in stages["torch+bf16"]

"""What the stages are given and how they judge: material, drift, dropout."""

import numpy as np
import pytest

from impls import Training, build
from impls.cnn import CNN
from impls.discovery import architectures
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.testing import STAGES, Case, Subject, example_cases, judge, measured
from impls.testing.dropout_stages import following_kernels
from impls.testing.subject import one_ulp_away, weights
from impls.testing.update_stages import optimizer_trainings
from impls.training import OPTIMIZERS

DROPPED = MLP(inputs=4, hidden=(64, 32), outputs=3, dropout=0.3)


def subject(case, dtype="float32", build_function=None):
    def build_numpy(architecture, training, device, dtype, seed):
        return build(architecture, "numpy", training, device, dtype, seed)

    return Subject(build_function or build_numpy, case, "cpu", dtype)


def findings(case, dtype="float32", build_function=None):
    left, expected = measured(subject(case, dtype, build_function)), measured(subject(case, dtype))
    return {finding.stage: finding for finding in judge(case, dtype, expected, left)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nothing_starts_at_zero_or_one(dtype):
    network = MLP(inputs=4, hidden=(5,), outputs=3, normalization="batch")
    given = weights(network, dtype)
    assert list(given) == list(network.parameters())
    for name, array in given.items():
        assert array.dtype == dtype
        assert not np.any(np.isin(array, (0, 1))), name
    assert np.all(given["norm_0/moving_variance"] > 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_ulp_is_the_neighbouring_number(dtype):
    batches = subject(Case("x", DROPPED, Training()), dtype).batches((8,))
    (moved,), (batch,) = one_ulp_away(batches, 0), batches
    away = np.abs(moved.inputs - batch.inputs)
    assert np.all((away > 0) & (away <= np.spacing(np.abs(batch.inputs))))
    assert moved.inputs.dtype == dtype


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        (DROPPED, {"dropout_0": "hidden_1/kernel", "dropout_1": "output/kernel"}),
        (CNN(inputs=(6, 6, 1), channels=(2,), dropout=0.5), {"dropout_0": "output/kernel"}),
        (
            CNN(inputs=(6, 6, 1), channels=(2,), hidden=(8, 8), dropout=0.5),
            {"dropout_0": "hidden_1/kernel", "dropout_1": "output/kernel"},
        ),
    ],
)
def test_masks_are_read_from_the_kernel_behind(architecture, expected):
    assert following_kernels(Case("x", architecture, Training())) == expected


def test_optimizers_are_tried_with_and_without_decay_and_clipping():
    trainings = optimizer_trainings(Case("x", DROPPED, Training()))
    for optimizer in OPTIMIZERS:
        tried = [training for training in trainings.values() if training.optimizer == optimizer]
        for decays, clips in ((False, False), (True, False), (False, True), (True, True)):
            assert any((each.decay > 0) == decays and (each.clip_norm is not None) == clips for each in tried)
        assert any(each.l2 > 0 for each in tried)


def test_dropout_stages_are_for_networks_with_dropout():
    stages = set(findings(Case("x", MLP(inputs=3, hidden=(4,), outputs=2), Training())))
    assert not any(name.startswith("dropout") for name in stages)
    assert any(name.startswith("dropout") for name in findings(Case("x", DROPPED, Training())))


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_drawn_rate_is_tested_in_standard_deviations(rate):
    """A rate that is a tenth off is far outside, the right one well inside."""

    def build_other(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        for layer in model._dropouts.values():
            layer._draw = lambda shape, layer=layer: (layer._generator.random(shape) >= layer.rate + 0.1).astype(dtype)
        return model

    case = Case("x", MLP(inputs=4, hidden=(128,), outputs=3, dropout=rate), Training(), ("dropout, drawn masks",))
    assert findings(case)["dropout, rate drawn"].worst < 4
    assert findings(case, build_function=build_other)["dropout, rate drawn"].worst > 8


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_drift_is_neither_slack_nor_brittle(dtype):
    """Rounding in another order stays a few units; a learning rate that is 1e-5 off goes far beyond the bound."""
    case = Case("x", MLP(inputs=4, hidden=(9,), outputs=3, activation="tanh"), Training("sgd", 0.1), ("drift",))

    def reordered(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        output = model._network.layers["output"]
        forward = output.forward

        def backwards(inputs):
            order = np.arange(inputs.shape[1])[::-1]
            outputs = forward(inputs)
            outputs[...] = inputs[:, order] @ output.parameters["kernel"][order] + output.parameters["bias"]
            return outputs

        output.forward = backwards
        return model

    def hasty(architecture, training, device, dtype, seed):
        faster = Training("sgd", training.learning_rate * (1 + (1e-3 if dtype == "float32" else 1e-9)))
        return build(architecture, "numpy", faster, device, dtype, seed)

    assert 0 < findings(case, dtype, reordered)["drift"].worst < 30
    slow = findings(case, dtype, hasty)["drift"]
    assert slow.worst > 100
    assert "beyond the bound since step" in slow.detail


def test_error_in_a_stage_is_a_finding_and_the_others_go_on():
    def build_broken(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        model.train_epoch = lambda batches: 1 / 0
        return model

    found = findings(Case("x", MLP(inputs=3, hidden=(4,), outputs=2), Training()), build_function=build_broken)
    assert not found["train_epoch"].passed
    assert "ZeroDivisionError" in found["train_epoch"].detail
    assert found["gradients"].passed


@pytest.mark.parametrize("name", architectures())
def test_every_architecture_has_examples_that_cover_its_settings(name):
    cases = example_cases(name)
    assert len({case.name for case in cases}) == len(cases)
    settings = [vars(case.architecture) for case in cases]
    assert {each["activation"] for each in settings} == {"sigmoid", "relu", "leaky_relu", "tanh", "gelu"}
    assert {each["normalization"] for each in settings} == {None, "batch", "layer"}
    assert len({case.training.loss for case in cases}) == 5
    assert any(each["dropout"] for each in settings)


def test_unknown_architecture_is_answered():
    with pytest.raises(ArchitectureError, match=r"perceptron.*mlp"):
        example_cases("perceptron")


def test_every_stage_has_a_name_of_its_own():
    assert all(name == stage.name for name, stage in STAGES.items())

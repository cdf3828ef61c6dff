"""How the stage about the function judges: outputs, gradients of rounded products, layers that one side alone shows."""

from dataclasses import replace

import numpy as np
import pytest

from impls import Training, build
from impls.mlp import MLP
from impls.recurrent.examples import EXAMPLES
from impls.testing import STAGES, Case, Subject, judge, measured
from impls.testing.stage import Comparison

NETWORK = MLP(inputs=4, hidden=(64, 32), outputs=3, dropout=0.3)


def subject(case, dtype="float32", build_function=None):
    def build_numpy(architecture, training, device, dtype, seed):
        return build(architecture, "numpy", training, device, dtype, seed)

    return Subject(build_function or build_numpy, case, "cpu", dtype)


@pytest.mark.parametrize(
    ("device", "departure", "passes"),
    [("cpu", 5e-6, True), ("cpu", 1.5e-5, False), ("cuda", 1.5e-5, True), ("cuda", 1e-4, False)],
)
def test_recurrent_outputs_on_a_gpu_are_judged_by_what_a_change_of_the_last_place_does(device, departure, passes):
    """With NumPy in the GPU's place, whose outputs are scaled."""
    case = Case("x", *EXAMPLES["RNN language model"], stages=("function",))

    def build_scaled(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, "cpu", dtype, seed)
        predict = model.predict
        model.predict = lambda *arguments: predict(*arguments) * np.float32(1 + departure)
        return model

    left = measured(replace(subject(case, build_function=build_scaled), device=device))
    (forward, *others) = judge(case, "float32", measured(subject(case)), left)
    assert forward.passed == passes
    assert forward.worst == pytest.approx(departure, rel=0.05)
    assert all(other.passed for other in others)


@pytest.mark.parametrize(("arithmetic", "wrong", "passes"), [
    ("bf16", 0, True), ("bf16", 1, True), ("bf16", 2, True), ("bf16", 3, False), (None, 0, True), (None, 1, False),
])  # fmt: skip
def test_gradients_of_rounded_products_count_in_the_best_of_three_batches(arithmetic, wrong, passes):
    """A kink excuses one batch or two: a fault is in all."""
    case = Case("kinked", MLP(inputs=4, hidden=(5,), outputs=3, activation="relu"), Training(), ("function",))
    (left,) = measured(subject(case)).values()
    batches = ["gradient/", "gradient of batch 1/", "gradient of batch 2/"]
    assert all(any(name.startswith(batch) for name in left) for batch in batches)
    theirs = {name: 3 * array if name.startswith(tuple(batches[:wrong])) else array for name, array in left.items()}
    judged = {
        each.stage: each for each in STAGES["function"].judge(Comparison(case, "float32", left, theirs, arithmetic))
    }
    assert judged["gradients"].passed == passes


def test_a_smooth_network_has_one_batch_of_gradients():
    case = Case("smooth", MLP(inputs=4, hidden=(5,), outputs=3, activation="tanh"), Training(), ("function",))
    assert not any(name.startswith("gradient of batch") for name in measured(subject(case))["function"])


@pytest.mark.parametrize(("extra", "passes"), [("a copy", True), ("reshaped", True), ("changed", False), ("", True)])
@pytest.mark.parametrize("which", ["reference", "candidate"])
def test_a_layer_that_the_reference_alone_shows_may_only_reshape(which, extra, passes):
    """A candidate may show more than the reference does: what it is compared by is all there."""
    case = Case("layers", MLP(inputs=4, hidden=(6,), outputs=3, activation="tanh"), Training(), ("function",))
    (left,) = measured(subject(case)).values()
    more = {}
    for name, array in left.items():
        more[name] = array
        if extra and name == "evaluation/hidden_0":
            more["evaluation/extra"] = {"a copy": array, "reshaped": array.reshape(-1, 2, 3), "changed": 2 * array}[
                extra
            ]
    sides = {"reference": left, "candidate": left} | {which: more}
    findings = STAGES["function"].judge(Comparison(case, "float32", sides["reference"], sides["candidate"]))
    (layers,) = (each for each in findings if each.stage == "layers")
    assert layers.passed == (passes or which == "candidate")


def test_a_layer_that_computes_has_to_be_shown():
    case = Case("layers", MLP(inputs=4, hidden=(6,), outputs=3, activation="tanh"), Training(), ("function",))
    (left,) = measured(subject(case)).values()
    names = [name for name in left if name.startswith("evaluation/")]
    fewer = {name: array for name, array in left.items() if name != names[-1]}
    (layers,) = (
        each for each in STAGES["function"].judge(Comparison(case, "float32", left, fewer)) if each.stage == "layers"
    )
    assert not layers.passed
    assert "does not show" in layers.detail


def test_other_networks_have_the_same_bound_on_a_gpu():
    case = Case("x", NETWORK, Training(), stages=("function",))
    assert "sensitivity" not in measured(replace(subject(case), device="cuda"))["function"]

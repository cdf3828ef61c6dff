"""Keras on JAX: the contract's checks on a network with everything that training moves, and its own errors."""

import keras
import numpy as np
import pytest

from impls import Batch, Training, build
from impls.cnn import CNN
from impls.engines.in_keras import backends, engine
from impls.errors import DeviceError, ImplementationError
from impls.mlp import MLP
from impls.testing import CHECKS, Case, Subject

NETWORK = MLP(inputs=4, hidden=(6,), outputs=3, normalization="batch", dropout=0.4)
CONVOLVING = CNN(inputs=(6, 5, 2), channels=(4,), outputs=3)
#: Those that depend on where the variables' values are kept, on generators and on precision.
WANTED = ("copies", "resuming", "precision")
#: XLA compiles for each of these what the others have compiled already, for another model.
NIGHTLY = (
    "no change by looking",
    "batch untouched",
    "determinism",
    "fresh start",
    "independent models",
    "wrong batches",
)


def build_function(architecture, training, device, dtype, seed):
    return build(architecture, "keras-jax", training, device, dtype, seed)


SUBJECTS = {
    dtype: Subject(build_function, Case("keras", NETWORK, Training("adam", 1e-2)), "cpu", dtype)
    for dtype in ("float32", "float64")
}


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(check, id=check.name, marks=pytest.mark.nightly if check.name in NIGHTLY else ())
        for check in CHECKS
        if check.name in (*WANTED, *NIGHTLY)
    ],
)
def test_contract(check):
    check(SUBJECTS["float64" if check.name == "precision" else "float32"])


def test_nothing_is_left_of_a_users_configuration():
    build(NETWORK, "keras-jax", dtype="float64")
    assert keras.config.dtype_policy().name == keras.config.floatx() == "float32"
    own = keras.ops.convert_to_numpy(keras.layers.Dense(3)(np.ones((1, 2))))
    assert own.any()  # a layer of the user's own starts from weights as ever


def test_float64_that_would_be_rounded_is_one_line(monkeypatch):
    monkeypatch.setattr("impls.engines.in_keras.model.keeps_float64", lambda: False)
    with pytest.raises(ImplementationError, match="rounds float64 to float32") as caught:
        build(NETWORK, "keras-jax", dtype="float64")
    assert "\n" not in str(caught.value)
    assert build(NETWORK, "keras-jax").dtype == "float32"


def test_no_gpu_is_one_line(monkeypatch):
    monkeypatch.setattr("jax.devices", no_devices)
    with pytest.raises(DeviceError, match="finds no GPU") as caught:
        build(NETWORK, "keras-jax", device="cuda")
    assert "\n" not in str(caught.value)


def test_backend_is_the_one_of_the_implementation():
    assert backends.find_backend().__name__.endswith(".jax")
    with pytest.raises(ImplementationError, match="KERAS_BACKEND=tensorflow"):
        build(NETWORK, "keras-tensorflow")


def no_devices(kind):
    raise RuntimeError(f"Unknown backend {kind}")


def test_steps_leave_no_tracers_behind():
    """Whatever a traced step left on an optimizer or a layer would break the next one, or what reads it."""
    import jax

    with jax.checking_leaks():
        for optimizer in ("nadam", "adam"):
            model = build(NETWORK, "keras-jax", Training(optimizer, 1e-2, clip_norm=0.1, weight_decay=0.1))
            model.train_step(Batch(np.ones((2, 4), np.float32), np.array([0, 1])))


def test_donated_values_are_replaced_everywhere():
    model = build(NETWORK, "keras-jax", Training("adam", 1e-2))
    batch = Batch(np.ones((2, 4), np.float32), np.array([0, 1]))
    before = [variable.value for variable in model.network.variables]
    model.train_step(batch)
    assert any(value.is_deleted() for value in before)  # donation took place
    model.train_epoch([batch, batch])
    assert not any(variable.value.is_deleted() for variable in [*model.network.variables, *model.optimizer.variables])


def test_an_epoch_is_compiled_once_for_its_number_of_steps(monkeypatch):
    traces = []
    from impls.engines.in_keras import model as in_model

    mean_loss = in_model.mean_loss
    monkeypatch.setattr(
        in_model, "mean_loss", lambda training: lambda *arrays: traces.append(1) or mean_loss(training)(*arrays)
    )
    model = build(MLP(inputs=4, hidden=(), outputs=3), "keras-jax")
    batch = Batch(np.ones((2, 4), np.float32), np.array([0, 1]))
    for _ in range(2):
        model.train_epoch([batch] * 3)
    once = len(traces)
    model.load_parameters(model.parameters())
    model.train_epoch([batch] * 3)
    assert len(traces) == once


def test_on_a_processor_networks_that_convolve_step_one_at_a_time():
    assert build(MLP(inputs=4, hidden=(), outputs=3), "keras-jax").programs.scans
    assert not build(CONVOLVING, "keras-jax").programs.scans


@pytest.mark.nightly
def test_steps_alone_and_steps_in_a_loop_leave_the_same_parameters():
    inputs = np.random.default_rng(1).random((3, 2, 6, 5, 2))
    batches = [Batch(each, np.array([0, 1])) for each in inputs]
    left = []
    for scans in (False, True):
        model = build(CONVOLVING, "keras-jax", Training("adam", 1e-2), dtype="float64")
        model.programs.scans = scans
        loss = model.train_epoch(batches)
        left.append(np.concatenate([[loss], *(array.ravel() for array in model.parameters().values())]))
    np.testing.assert_allclose(*left, rtol=1e-9, atol=1e-12)


def test_layers_are_shown_in_forward_order():
    inputs = np.ones((2, 4), np.float32)
    shown = [list(build(NETWORK, name).layer_outputs(inputs)) for name in ("keras-jax", "numpy")]
    assert shown[0] == shown[1] != sorted(shown[1])


def test_between_two_networks_the_engine_lets_go(monkeypatch):
    assert engine.let_go()
    assert build(NETWORK, "keras-jax").parameters()
    monkeypatch.setattr("jax.default_backend", lambda: "gpu")
    assert not engine.let_go()  # the peak of a GPU's memory cannot begin anew

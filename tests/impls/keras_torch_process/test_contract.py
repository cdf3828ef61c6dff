"""Keras on PyTorch: the contract's checks on a network with everything that training moves, and its own errors."""

import keras
import numpy as np
import pytest

from impls import Batch, Training, build
from impls.engines.in_keras import backends, engine
from impls.engines.in_keras.model import _zeros_to_start_from
from impls.errors import DeviceError, ImplementationError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.testing import CHECKS, Case, Subject

NETWORK = MLP(inputs=4, hidden=(6,), outputs=3, normalization="batch", dropout=0.4)
#: Those that depend on where the variables' values are kept, on generators and on precision.
WANTED = (
    "copies",
    "batch untouched",
    "determinism",
    "fresh start",
    "resuming",
    "no change by looking",
    "independent models",
    "precision",
    "wrong batches",
)


def build_function(architecture, training, device, dtype, seed):
    return build(architecture, "keras-torch", training, device, dtype, seed)


SUBJECTS = {
    dtype: Subject(build_function, Case("keras", NETWORK, Training("adam", 1e-2)), "cpu", dtype)
    for dtype in ("float32", "float64")
}


@pytest.mark.parametrize("check", [check for check in CHECKS if check.name in WANTED], ids=lambda check: check.name)
def test_contract(check):
    check(SUBJECTS["float64" if check.name == "precision" else "float32"])


def test_nothing_is_left_of_a_users_configuration():
    build(NETWORK, "keras-torch", dtype="float64")
    assert keras.config.dtype_policy().name == keras.config.floatx() == "float32"
    own = keras.ops.convert_to_numpy(keras.layers.Dense(3)(np.ones((1, 2))))
    assert own.any()  # a layer of the user's own starts from weights as ever


def test_float64_that_would_be_rounded_is_one_line(monkeypatch):
    monkeypatch.setattr("impls.engines.in_keras.model.keeps_float64", lambda: False)
    with pytest.raises(ImplementationError, match="rounds float64 to float32") as caught:
        build(NETWORK, "keras-torch", dtype="float64")
    assert "\n" not in str(caught.value)
    assert build(NETWORK, "keras-torch").dtype == "float32"


def test_no_gpu_is_one_line(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(DeviceError, match="finds no GPU") as caught:
        build(NETWORK, "keras-torch", device="cuda")
    assert "\n" not in str(caught.value)


def test_backend_is_the_one_of_the_implementation():
    assert backends.find_backend().__name__.endswith(".torch")
    with pytest.raises(ImplementationError, match="KERAS_BACKEND=tensorflow"):
        build(NETWORK, "keras-tensorflow")


def test_a_callers_no_grad_does_not_matter():
    import torch

    model = build(NETWORK, "keras-torch", Training("adam", 1e-2))
    with torch.no_grad():
        before = model.parameters()
        model.train_step(Batch(np.ones((2, 4), np.float32), np.array([0, 1])))
    assert any(not np.array_equal(array, before[name]) for name, array in model.parameters().items())


def test_layers_are_shown_in_forward_order():
    inputs = np.ones((2, 4), np.float32)
    shown = [list(build(NETWORK, name).layer_outputs(inputs)) for name in ("keras-torch", "numpy")]
    assert shown[0] == shown[1] != sorted(shown[1])


def test_between_two_networks_the_engine_lets_go():
    assert engine.let_go()
    assert build(NETWORK, "keras-torch").parameters()


def test_starting_weights_are_not_drawn_and_other_constants_stay():
    with _zeros_to_start_from():
        layer = keras.layers.Dense(2, bias_initializer=keras.initializers.Constant(3.0))
        layer.build((None, 4))
        norm = keras.layers.LayerNormalization()
        norm.build((None, 4))
    values = [keras.ops.convert_to_numpy(weight) for weight in (layer.kernel, layer.bias, norm.gamma)]
    assert [set(value.ravel().tolist()) for value in values] == [{0.0}, {3.0}, {1.0}]


@pytest.mark.parametrize(("allowed", "setting"), [(True, "auto"), (False, False)])
def test_recurrent_layers_use_cudnn_where_the_backend_allows_it(allowed, setting):
    model = build(Recurrent(length=3, features=2, cell="lstm", units=(4, 3), outputs=2), "keras-torch")
    recurrent = [layer for layer in model.network.layers if isinstance(layer, keras.layers.LSTM)]
    assert [layer.use_cudnn for layer in recurrent] == [False, False]  # on the CPU, wherever Keras finds a GPU
    backends.allow_cudnn(model.network, allowed)
    assert [layer.use_cudnn for layer in recurrent] == [setting, setting]

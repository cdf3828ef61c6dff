"""The contract's checks, and what they cannot know: traces, precisions side by side, devices, backends."""

import keras
import numpy as np
import pytest

from impls import Training, build, implementations
from impls.cnn import CNN
from impls.engines.in_keras import engine, model
from impls.errors import DeviceError, ImplementationError, ParameterError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.testing import CHECKS, Case, Subject
from tests.impls.keras_process.material import KERAS, XLA, assert_same, random_batch

pytestmark = pytest.mark.filterwarnings("error")

NETWORK = MLP(inputs=4, hidden=(48, 32), outputs=3, normalization="batch", dropout=0.4)
NARROW = MLP(inputs=4, hidden=(6,), outputs=3, normalization="batch", dropout=0.4)
IMAGES = CNN(inputs=(6, 6, 1), channels=(4,), outputs=3, dropout=0.3)
WORDS = Recurrent(5, tokens=7, embedding=16, cell="gru", units=(6,), pooling=None, outputs=7, dropout=0.3)


def subject_of(implementation, architecture, dtype):
    def build_function(architecture, training, device, dtype, seed):
        return build(architecture, implementation, training, device, dtype, seed)

    return Subject(build_function, Case("keras", architecture, Training("adam", 1e-2)), "cpu", dtype)


SUBJECTS = {
    "mlp": subject_of(KERAS, NETWORK, "float32"),
    "cnn": subject_of(KERAS, IMAGES, "float64"),
    "recurrent": subject_of(KERAS, WORDS, "float32"),
}


#: What a sequence network adds to a perceptron: it writes, and its inputs are tokens. The other checks of it, and those
#: of images, which add nothing to the engine, are nightly.
OF_SEQUENCES = ("batch of one", "decoding", "wrong batches")


def marks_of(name, check):
    always = name == "mlp" or (name == "recurrent" and check.name in OF_SEQUENCES)
    return () if always else pytest.mark.nightly


# The certificate is the conformance run's, beside this file.
@pytest.mark.parametrize(
    ("name", "check"),
    [
        pytest.param(name, check, id=f"{name}-{check.name}", marks=marks_of(name, check))
        for name in SUBJECTS
        for check in CHECKS
        if check.name != "certificate"
    ],
)
def test_contract(name, check):
    check(SUBJECTS[name])


@pytest.mark.nightly
def test_nothing_changes_by_looking_when_compiled_by_xla():
    next(check for check in CHECKS if check.name == "no change by looking")(subject_of(XLA, NARROW, "float32"))


@pytest.mark.parametrize("implementation", [KERAS, pytest.param(XLA, marks=pytest.mark.nightly)])
def test_epoch_and_steps_agree_bit_for_bit(implementation):
    built = build(NARROW, implementation, Training("adam", 1e-2))
    start = built.parameters()
    batches = [random_batch(NARROW, Training(), size, "float32", seed) for seed, size in enumerate((8, 8, 8, 3))]
    mean = built.train_epoch(batches)
    after_epoch = built.parameters()
    built.load_parameters(start)
    losses = [built.train_step(batch) for batch in batches]
    assert_same(built.parameters(), after_epoch)
    assert mean == pytest.approx(np.average(losses, weights=(8, 8, 8, 3)), rel=1e-6)


def test_long_epochs_take_several_calls(monkeypatch):
    monkeypatch.setattr(model, "STEPS_PER_CALL", 2)
    test_epoch_and_steps_agree_bit_for_bit(KERAS)


def test_each_function_is_traced_once(monkeypatch):
    traces = []
    mean_loss = model.mean_loss
    monkeypatch.setattr(
        model, "mean_loss", lambda training: lambda *arrays: traces.append(1) or mean_loss(training)(*arrays)
    )
    built = build(NETWORK, KERAS)
    for _ in range(2):
        for size in (1, 5, 8):
            batch = random_batch(NETWORK, Training(), size, "float32")
            built.train_step(batch)
            built.train_epoch([batch, batch, batch])
            built.predict(batch.inputs)
        built.load_parameters(built.parameters())
    assert len(traces) == 1


def test_precisions_live_side_by_side():
    single, double = build(NETWORK, KERAS, dtype="float32"), build(NETWORK, KERAS, dtype="float64")
    for built in (single, double, single):
        batch = random_batch(NETWORK, Training(), dtype=built.dtype)
        built.train_step(batch)
        assert {array.dtype.name for array in built.parameters().values()} == {built.dtype}
        assert built.predict(batch.inputs).dtype == built.dtype
    assert keras.config.dtype_policy().name == keras.config.floatx() == "float32"


def test_users_configuration_does_not_matter(monkeypatch):
    expected = build(IMAGES, KERAS).predict(random_batch(IMAGES, Training()).inputs)
    keras.config.set_image_data_format("channels_first")
    try:
        outputs = build(IMAGES, KERAS).predict(random_batch(IMAGES, Training()).inputs)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")
    assert np.array_equal(outputs, expected)


def test_drawn_masks_keep_their_share_and_differ():
    built = build(MLP(inputs=2, hidden=(500, 500), outputs=2, dropout=0.3), KERAS)
    batch = random_batch(built.architecture, Training(), 40, "float32")
    layers = list(built.dropouts.values())
    drawn = [np.array(layer(np.ones((40, 500), "float32"), training=True)) for layer in (*layers, *layers)]
    for mask in drawn:
        assert set(np.unique(mask)) == {np.float32(0), np.float32(1 / 0.7)}
        assert np.mean(mask > 0) == pytest.approx(0.7, abs=0.02)
    assert all(not np.array_equal(a, b) for index, a in enumerate(drawn) for b in drawn[:index])
    assert built.loss_and_gradients(batch, "draw")[0] == built.loss_and_gradients(batch, "draw")[0]


def test_absent_gpu_is_one_line(monkeypatch):
    monkeypatch.setattr("tensorflow.config.list_physical_devices", lambda kind: [])
    with pytest.raises(DeviceError, match="finds no GPU") as failure:
        build(NETWORK, KERAS, device="cuda")
    assert len(str(failure.value).splitlines()) == 1


def test_another_backend_in_the_process_is_one_line(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(ImplementationError, match="KERAS_BACKEND=tensorflow") as failure:
        engine.build_model(implementations()[KERAS], NETWORK, None, Training(), "cpu", "float32", 0)
    assert len(str(failure.value).splitlines()) == 1


def test_refused_parameters_change_nothing():
    built = build(NETWORK, KERAS)
    before = built.parameters()
    wrong = {name: array + 1 for name, array in before.items()} | {"output/bias": np.zeros(7)}
    with pytest.raises(ParameterError, match="output/bias"):
        built.load_parameters(wrong)
    assert_same(built.parameters(), before)

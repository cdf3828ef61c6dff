"""The NumPy engine: the contract of `impls.protocol.Model`, gradients by finite differences, and its own strictness."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from impls import Architecture, Batch, Model, Parameters, Training, build
from impls.cnn import CNN
from impls.cnn.examples import EXAMPLES as CNN_EXAMPLES
from impls.errors import DeviceError
from impls.mlp import MLP
from impls.mlp.examples import EXAMPLES as MLP_EXAMPLES
from impls.recurrent import Recurrent
from impls.recurrent.examples import EXAMPLES as RECURRENT_EXAMPLES
from impls.seq2seq.examples import EXAMPLES as SEQ2SEQ_EXAMPLES
from impls.testing import CHECKS, Case, Subject
from impls.testing.checking import Check
from impls.testing.subject import random_batch
from tests.impls.builders import build_function
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

EXAMPLES = {
    f"{folder} {name}": example
    for folder, examples in (
        ("mlp", MLP_EXAMPLES), ("cnn", CNN_EXAMPLES), ("recurrent", RECURRENT_EXAMPLES), ("seq2seq", SEQ2SEQ_EXAMPLES),
    )
    for name, example in examples.items()
}  # fmt: skip
EXAMPLES["mlp over tokens"] = MLP(inputs=5, tokens=7, embedding=3, hidden=(6,), outputs=3), Training("adam", 1e-3)
EXAMPLES["cnn over tokens"] = (
    CNN(inputs=(17, 1, 3), tokens=7, channels=(4, 5), stride=2, pooling="max", outputs=3), Training("adam", 1e-3),
)  # fmt: skip

#: Dropout and moving statistics: all the state that a model can have.
STATEFUL: list[MLP | CNN | Recurrent] = [
    MLP(inputs=5, hidden=(6, 4), outputs=3, dropout=0.4, normalization="batch"),
    CNN(inputs=(5, 4, 2), channels=(3,), outputs=3, dropout=0.4, normalization="batch"),
    Recurrent(length=5, tokens=6, embedding=4, units=(4, 3), bidirectional=True, outputs=3, dropout=0.4),
]

every_example = pytest.mark.parametrize("name", EXAMPLES)
every_stateful = pytest.mark.parametrize("architecture", STATEFUL, ids=lambda architecture: architecture.name)
both_dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


def make(architecture: Architecture, training: Training | None = None, dtype: str = "float64", seed: int = 3) -> Model:
    return build(architecture, "numpy", training or Training("adam", 0.01), dtype=dtype, seed=seed)


def draw(architecture: Architecture, training: Training, examples: int, seed: int = 0, dtype: str = "float64") -> Batch:
    return random_batch(np.random.default_rng(seed), architecture, training, dtype, examples)


def draw_masks(architecture: Architecture, examples: int) -> dict[str, Any]:
    generator = np.random.default_rng(9)
    return {name: generator.integers(0, 2, (examples, *shape)) for name, shape in architecture.dropouts().items()}


def assert_same(parameters: Parameters, expected: Parameters) -> None:
    assert list(parameters) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(parameters[name], array, name)


@every_example
def test_gradients_against_finite_differences(name: str) -> None:
    """Of the whole network, along one random direction for each parameter."""
    architecture, training = EXAMPLES[name]
    # Fewer, half of them dropped, could leave batch normalization with hardly a variance: too bent to difference.
    model, batch = make(architecture, training), draw(architecture, training, 12)
    masks = draw_masks(architecture, 12)
    gradients = model.loss_and_gradients(batch, masks)[1]
    parameters = model.parameters()
    generator = np.random.default_rng(1)
    for kind, gradient in gradients.items():
        direction = generator.normal(size=gradient.shape)
        start, along = parameters[kind], np.zeros(1)

        def loss(kind: str = kind, start: Any = start, direction: Any = direction, along: Any = along) -> float:
            model.load_parameters(parameters | {kind: start + along * direction})
            return model.loss_and_gradients(batch, masks)[0]

        assert_gradients_agree(np.array([np.vdot(gradient, direction)]), numerical_gradient(loss, along), kind)


@every_example
def test_names_and_shapes_are_the_architectures(name: str) -> None:
    architecture, training = EXAMPLES[name]
    model = make(architecture, training)
    specs = architecture.parameters()
    assert {kind: array.shape for kind, array in model.parameters().items()} == {k: s.shape for k, s in specs.items()}
    gradients = model.loss_and_gradients(draw(architecture, training, 2))[1]
    assert list(gradients) == [kind for kind, spec in specs.items() if spec.trainable]
    assert isinstance(model, Model)
    assert model.implementation == "numpy"


@both_dtypes
@every_example
def test_training_lowers_the_loss_and_keeps_the_dtype(name: str, dtype: str) -> None:
    architecture, training = EXAMPLES[name]
    model, batch = make(architecture, training, dtype), draw(architecture, training, 6, dtype=dtype)
    first = model.loss_and_gradients(batch)[0]
    for _ in range(40):
        loss = model.train_step(batch)
        assert type(loss) is float
    assert model.loss_and_gradients(batch)[0] < first
    arrays = [*model.parameters().values(), *model.loss_and_gradients(batch)[1].values(), model.predict(batch.inputs)]
    assert {array.dtype.name for array in arrays} == {dtype}


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.name != "certificate"], ids=lambda each: each.name
)
@every_stateful
def test_contract(architecture: Architecture, check: Check) -> None:
    check(Subject(build_function("numpy"), Case("stateful", architecture, Training("nadam", 0.01)), "cpu", "float64"))


@every_stateful
def test_an_epoch_is_its_steps_to_the_last_bit(architecture: Architecture) -> None:
    training = Training("adam", 0.01)
    batches = [draw(architecture, training, examples, seed=examples) for examples in (8, 8, 3, 1)]
    stepped, at_once = make(architecture, training), make(architecture, training)
    losses = [stepped.train_step(batch) for batch in batches]
    assert at_once.train_epoch(batches) == pytest.approx(np.average(losses, weights=[8, 8, 3, 1]), rel=1e-14)
    assert_same(at_once.parameters(), stepped.parameters())


@every_stateful
def test_masks(architecture: MLP | CNN | Recurrent) -> None:
    model = make(architecture)
    batch = draw(architecture, model.training, 6)
    ones = {name: np.ones((6, *shape)) for name, shape in architecture.dropouts().items()}
    off, drawn, given = (model.loss_and_gradients(batch, masks)[0] for masks in (None, "draw", ones))
    undropped = make(replace(architecture, dropout=0.0))
    assert off == undropped.loss_and_gradients(batch)[0]
    assert len({off, drawn, given}) == 3
    assert model.loss_and_gradients(batch, "draw")[0] == drawn == model.train_step(batch)


@every_example
def test_a_batch_of_one(name: str) -> None:
    architecture, training = EXAMPLES[name]
    model, batch = make(architecture, training), draw(architecture, training, 1)
    assert np.isfinite(model.train_step(batch))
    assert model.predict(batch.inputs).shape == (1, *architecture.output_shape)


def test_large_batches_leave_nothing_behind() -> None:
    architecture = CNN(inputs=(6, 6, 1), channels=(3, 4), outputs=3)
    used, fresh = make(architecture), make(architecture)
    used.predict(np.random.default_rng(0).normal(size=(50, 6, 6, 1)))
    batch = draw(architecture, used.training, 3)
    assert used.train_step(batch) == fresh.train_step(batch)
    assert_same(used.parameters(), fresh.parameters())


@pytest.mark.filterwarnings("error")
def test_divergence_shows_in_the_loss_without_warnings() -> None:
    architecture = MLP(inputs=3, hidden=(4,), outputs=2)
    model = make(architecture, Training("sgd", 1e30, loss="mean_squared_error"), "float32")
    batch = draw(architecture, model.training, 4, dtype="float32")
    losses = [model.train_step(batch) for _ in range(6)]
    assert not np.isfinite(losses[-1])
    assert not np.isfinite(model.predict(batch.inputs)).all()


def test_there_is_no_gpu_in_numpy() -> None:
    with pytest.raises(DeviceError, match="cuda"):
        build(STATEFUL[0], "numpy", device="cuda")

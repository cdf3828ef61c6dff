"""PyTorch's networks against NumPy's: outputs, losses, gradients, moving statistics, layer by layer."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impls.cnn import CNN
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.activations import ACTIVATIONS
from impls.spec.architecture import Architecture
from impls.spec.recurrent_cells import CELLS
from impls.testing import example_cases
from impls.testing.findings import (
    FORWARD_BOUND,
    GRADIENT_BOUND,
    Arrays,
    gradient_departures,
    relative_norm,
    relative_to_largest,
)
from impls.testing.subject import random_batch
from impls.training import LOSSES, Loss, Training
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_numpy, build_torch, built

ARCHITECTURES = ("mlp", "cnn", "recurrent", "seq2seq", "transformer")
CASES = [case for name in ARCHITECTURES for case in example_cases(name)]
EXAMPLES = pytest.mark.parametrize(
    ("architecture", "training"), [(case.architecture, case.training) for case in CASES], ids=[c.name for c in CASES]
)
OVER_TOKENS = (
    MLP(inputs=6, tokens=7, embedding=3, hidden=(5,), outputs=3, activation="tanh", dropout=0.4),
    CNN(inputs=(9, 1, 4), tokens=7, channels=(5, 4), outputs=3, activation="tanh", hidden=(6,)),
    CNN(inputs=(9, 1, 4), tokens=7, channels=(5,), stride=2, pooling=None, outputs=3, normalization="layer"),
    CNN(inputs=(12, 1, 2), channels=(3,), kernel_size=5, pooling="average", pool_size=3, padding="valid", outputs=3),
)
NORMALIZATIONS = (None, "batch", "layer")


def masks_for(architecture: Architecture, examples: int) -> Arrays | None:
    generator = np.random.default_rng(3)
    shapes = architecture.dropouts()
    return {name: generator.integers(0, 2, (examples, *shape)).astype(float) for name, shape in shapes.items()} or None


def assert_same_function(architecture: Architecture, training: Training, dtype: str = "float64") -> None:
    ours, numpys = (built(build, architecture, training, dtype) for build in (build_torch, build_numpy))
    batch = random_batch(np.random.default_rng(2), architecture, training, dtype, 6)
    forward = relative_to_largest(ours.predict(batch.inputs), numpys.predict(batch.inputs))
    assert forward <= FORWARD_BOUND[dtype]
    masks = masks_for(architecture, 6)
    (loss, gradients), (expected_loss, expected) = (model.loss_and_gradients(batch, masks) for model in (ours, numpys))
    assert loss == pytest.approx(expected_loss, rel=FORWARD_BOUND[dtype])
    departures = gradient_departures(gradients, expected)
    assert list(departures) == [name for name, spec in architecture.parameters().items() if spec.trainable]
    assert max(departures.values()) <= GRADIENT_BOUND[dtype], departures


def assert_same_layers(architecture: Architecture) -> None:
    batch = random_batch(np.random.default_rng(2), architecture, Training(), "float64", 6)
    ours, numpys = (
        built(build, architecture, Training()).layer_outputs(batch.inputs)  # type: ignore[attr-defined]  # of ShowsLayers
        for build in (build_torch, build_numpy)
    )
    assert list(ours) == list(numpys)
    for name, outputs in numpys.items():
        assert ours[name].shape == outputs.shape, name
        assert relative_to_largest(ours[name], outputs) <= FORWARD_BOUND["float64"], name


@pytest.mark.parametrize("architecture", OVER_TOKENS)
def test_perceptrons_and_convolutions_over_sequences(architecture: Architecture) -> None:
    assert_same_function(architecture, Training())


@EXAMPLES
def test_every_layer_gives_what_numpys_gives(architecture: Architecture, training: Training) -> None:
    assert_same_layers(architecture)


@pytest.mark.parametrize("architecture", OVER_TOKENS)
def test_every_layer_over_sequences_gives_what_numpys_gives(architecture: Architecture) -> None:
    assert_same_layers(architecture)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses(loss: Loss) -> None:
    assert_same_function(MLP(inputs=4, hidden=(5,), outputs=3), Training(loss=loss, huber_delta=0.7))


def convolutional(**chosen: object) -> CNN | None:
    """The network of these settings; None where they make none."""
    try:
        return CNN(outputs=3, **chosen)  # type: ignore[arg-type]  # hypothesis draws from what the fields may hold
    except ArchitectureError:
        return None


SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=2).map(tuple)
NETWORKS = st.builds(
    convolutional,
    inputs=st.tuples(st.integers(1, 11), st.integers(1, 11), st.integers(1, 3)),
    channels=SIZES,
    kernel_size=st.sampled_from((1, 2, 3, 4, 5)),
    stride=st.integers(1, 4),
    padding=st.sampled_from(("same", "valid")),
    pooling=st.sampled_from((None, "max", "average")),
    pool_size=st.integers(1, 3),
    hidden=st.just(()) | SIZES,
    activation=st.sampled_from(ACTIVATIONS),
    dropout=st.sampled_from((0.0, 0.5)),
    normalization=st.sampled_from(NORMALIZATIONS),
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(architecture=NETWORKS)
def test_convolutional_networks_of_all_shapes(architecture: CNN | None) -> None:
    assume(architecture is not None)
    assert architecture is not None
    assert_same_function(architecture, Training())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    hidden=st.lists(st.integers(1, 6), max_size=3).map(tuple),
    activation=st.sampled_from(ACTIVATIONS),
    dropout=st.sampled_from((0.0, 0.25)),
    normalization=st.sampled_from(NORMALIZATIONS),
)
def test_perceptrons_of_all_shapes(
    hidden: tuple[int, ...], activation: str, dropout: float, normalization: str
) -> None:
    settings_of_layers = {"activation": activation, "dropout": dropout, "normalization": normalization}
    assert_same_function(MLP(inputs=5, hidden=hidden, outputs=3, **settings_of_layers), Training())  # type: ignore[arg-type]  # drawn from what the fields may hold


RECURRENT = st.builds(
    lambda inputs, pooling, both, **chosen: Recurrent(
        **inputs, pooling=pooling, bidirectional=both and pooling is not None, **chosen
    ),
    inputs=st.sampled_from(({"features": 3}, {"tokens": 6, "embedding": 4})),
    pooling=st.sampled_from(("last", "mean", None)),
    both=st.booleans(),
    length=st.integers(1, 6),
    cell=st.sampled_from(CELLS),
    units=SIZES,
    outputs=st.integers(2, 4),
    dropout=st.sampled_from((0.0, 0.5)),
)
SEQ2SEQ = st.builds(
    Seq2Seq,
    source_length=st.integers(1, 5),
    source_tokens=st.integers(4, 7),
    target_length=st.integers(1, 5),
    target_tokens=st.integers(4, 7),
    embedding=st.integers(1, 4),
    units=st.sampled_from((2, 4)),
    layers=st.integers(1, 2),
    cell=st.sampled_from(("lstm", "gru")),
    attention=st.sampled_from((None, "additive", "multiplicative")),
    bidirectional=st.booleans(),
    dropout=st.sampled_from((0.0, 0.5)),
)
TRANSFORMER = st.builds(
    lambda kind, **chosen: Transformer(**kind, **chosen),
    kind=st.sampled_from(
        (
            {"source_length": 4, "source_tokens": 6, "outputs": 3},
            {"target_length": 5, "target_tokens": 6},
            {"source_length": 3, "source_tokens": 7, "target_length": 4, "target_tokens": 6},
        )
    ),
    width=st.sampled_from((4, 12)),
    heads=st.sampled_from((1, 2, 4)),
    layers=st.integers(1, 2),
    feedforward=st.integers(1, 5),
    activation=st.sampled_from(ACTIVATIONS),
    positions=st.sampled_from(("sinusoidal", "learned")),
    pre_norm=st.booleans(),
    dropout=st.sampled_from((0.0, 0.5)),
)


@settings(max_examples=90, deadline=None, derandomize=True)
@given(architecture=RECURRENT | SEQ2SEQ | TRANSFORMER)
def test_networks_over_sequences_of_all_shapes(architecture: Architecture) -> None:
    assert_same_function(architecture, Training())
    assert_same_layers(architecture)


@pytest.mark.parametrize("examples", [1, 2, 7])
@pytest.mark.parametrize(
    "architecture",
    [
        MLP(inputs=5, hidden=(6,), outputs=3, activation="gelu", normalization="batch"),
        CNN(inputs=(5, 6, 2), channels=(4,), outputs=3, activation="gelu", normalization="batch"),
    ],
)
def test_moving_statistics_take_the_biased_variance(architecture: Architecture, examples: int) -> None:
    ours, numpys = (built(build, architecture, Training("sgd", 1e-12)) for build in (build_torch, build_numpy))
    batch = random_batch(np.random.default_rng(2), architecture, Training(), "float64", examples)
    for model in (ours, numpys):
        model.train_step(batch)
    for name in ("norm_0/moving_mean", "norm_0/moving_variance"):
        assert relative_norm(ours.parameters()[name], numpys.parameters()[name]) <= 1e-12, name


def test_layer_outputs_are_named_in_forward_order_with_channels_last() -> None:
    architecture = CNN(inputs=(6, 7, 2), channels=(3,), hidden=(5,), outputs=4, dropout=0.5, normalization="layer")
    model = built(build_torch, architecture, Training())
    inputs = np.random.default_rng(2).standard_normal((8, 6, 7, 2))
    outputs = model.layer_outputs(inputs)  # type: ignore[attr-defined]  # of ShowsLayers, which this model is too
    assert {name: output.shape[1:] for name, output in outputs.items()} == {
        "convolution_0": (6, 7, 3),
        "norm_0": (6, 7, 3),
        "activation_0": (6, 7, 3),
        "pooling_0": (3, 3, 3),
        "flatten": (27,),
        "hidden_0": (5,),
        "activation_1": (5,),
        "output": (4,),
    }
    np.testing.assert_array_equal(outputs["flatten"], outputs["pooling_0"].reshape(8, 27))
    np.testing.assert_allclose(outputs["output"], model.predict(inputs), rtol=1e-12)


def test_layer_outputs_in_training_use_the_batch_and_change_nothing() -> None:
    architecture = MLP(inputs=4, hidden=(5,), outputs=3, normalization="batch")
    model = built(build_torch, architecture, Training())
    inputs = np.random.default_rng(2).standard_normal((8, 4))
    before = model.parameters()
    normalized = model.layer_outputs(inputs, training=True)["norm_0"]  # type: ignore[attr-defined]  # of ShowsLayers
    np.testing.assert_allclose(normalized.mean(axis=0), before["norm_0/beta"], atol=1e-12)
    for name, array in model.parameters().items():
        np.testing.assert_array_equal(array, before[name])

"""Forward pass, loss, gradients and layers agree with the NumPy implementation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls import Training
from impls.cnn import CNN
from impls.cnn.examples import EXAMPLES as CNN_EXAMPLES
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.mlp.examples import EXAMPLES as MLP_EXAMPLES
from impls.spec.activations import ACTIVATIONS
from impls.training import LOSSES
from tests.impls.keras_process.material import FORWARD, GRADIENT, XLA, assert_near, compare, pair, random_batch

EXAMPLES = {f"mlp {name}": example for name, example in MLP_EXAMPLES.items()} | {
    f"cnn {name}": example for name, example in CNN_EXAMPLES.items()
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name, dtype):
    compare(*EXAMPLES[name], dtype)


@pytest.mark.parametrize("name", ["mlp GELU, batch normalization, dropout", "cnn stride 2 on even and odd sides"])
def test_examples_compiled_by_xla(name):
    compare(*EXAMPLES[name], "float64", XLA)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses(loss):
    compare(MLP(inputs=4, hidden=(), outputs=3), Training(loss=loss, huber_delta=0.7), "float64")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_at_and_around_zero(activation):
    architecture = MLP(inputs=3, hidden=(3,), outputs=2, activation=activation)
    ours, numpy = pair(architecture)
    parameters = numpy.parameters() | {"hidden_0/kernel": np.eye(3), "hidden_0/bias": np.zeros(3)}
    batch = random_batch(architecture, Training())._replace(inputs=np.array([[0.0, -3.0, 3.0]] * 6))
    for model in (ours, numpy):
        model.load_parameters(parameters)
    assert_near(ours.loss_and_gradients(batch)[1], numpy.loss_and_gradients(batch)[1], GRADIENT["float64"])


@st.composite
def networks(draw):
    """Convolutional networks whose kernels, strides and pools fit their images well or badly."""
    return CNN(
        inputs=(draw(st.integers(3, 9)), draw(st.integers(3, 9)), draw(st.integers(1, 2))),
        channels=(2, 3)[: draw(st.integers(1, 2))],
        kernel_size=draw(st.sampled_from([1, 3, 5])),
        stride=draw(st.integers(1, 3)),
        padding=draw(st.sampled_from(["same", "valid"])),
        pooling=draw(st.sampled_from(["max", "average", None])),
        pool_size=draw(st.integers(1, 3)),
        outputs=2,
        activation="tanh",
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.data())
def test_convolutions_of_every_shape(data):
    try:
        architecture = data.draw(networks())
    except ArchitectureError:
        return  # an image that shrinks to nothing
    compare(architecture, Training(), "float64")


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", ["mlp GELU, batch normalization, dropout", "cnn stride 3, kernel 5"])
def test_layer_outputs(name, training):
    ours, numpy = pair(*EXAMPLES[name])
    inputs = random_batch(*EXAMPLES[name]).inputs
    assert_near(ours.layer_outputs(inputs, training), numpy.layer_outputs(inputs, training), FORWARD["float64"])


@pytest.mark.parametrize("inputs", [(5,), (4, 5, 3)])
def test_moving_statistics_take_the_biased_variance(inputs):
    flat = len(inputs) == 1
    architecture = (
        MLP(5, (4,), 2, normalization="batch") if flat else CNN(inputs, (4,), outputs=2, normalization="batch")
    )
    ours, numpy = pair(architecture, Training(learning_rate=1e-3), dtype="float32" if flat else "float64")
    batch = random_batch(architecture, Training(), examples=2)
    for model in (ours, numpy):
        model.train_step(batch)
    assert_near(ours.parameters(), numpy.parameters(), 1e-6 if flat else 1e-9)


def test_masks_are_scaled_by_the_rate():
    architecture = MLP(inputs=3, hidden=(4,), outputs=2, dropout=0.75, activation="tanh")
    without = replace(architecture, dropout=0.0)
    parameters = pair(architecture)[0].parameters()
    scaled = parameters | {"output/kernel": parameters["output/kernel"] * 4}
    dropping, plain = pair(architecture)[0], pair(without)[0]
    plain.load_parameters(scaled)
    batch = random_batch(architecture, Training())
    loss, _ = dropping.loss_and_gradients(batch, {"dropout_0": np.ones((6, 4))})
    assert loss == pytest.approx(plain.loss_and_gradients(batch)[0], rel=1e-12)


@pytest.mark.parametrize(
    "architecture",
    [
        MLP(inputs=5, tokens=9, embedding=3, hidden=(6,), outputs=3, activation="tanh"),
        CNN(inputs=(17, 1, 3), tokens=9, channels=(4, 5), stride=2, outputs=3, activation="tanh"),
        CNN(inputs=(10, 1, 2), channels=(4,), pooling="average", pool_size=3, outputs=3, activation="tanh"),
    ],
    ids=["mlp of tokens", "cnn of tokens", "cnn in time"],
)
def test_sequences(architecture):
    compare(architecture, Training(), "float64")

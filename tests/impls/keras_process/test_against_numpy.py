"""Networks beyond the examples of the conformance run have NumPy's function; and what XLA compiles has it too."""

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
from impls.recurrent import Recurrent
from impls.recurrent.examples import EXAMPLES as RECURRENT_EXAMPLES
from impls.seq2seq import Seq2Seq
from impls.seq2seq.examples import EXAMPLES as SEQ2SEQ_EXAMPLES
from impls.spec.activations import ACTIVATIONS
from impls.testing.findings import GRADIENT_BOUND
from impls.training import LOSSES
from impls.transformer import Transformer
from impls.transformer.examples import EXAMPLES as TRANSFORMER_EXAMPLES
from tests.impls.conformance import has_numpys_function
from tests.impls.keras_process.material import KERAS, XLA, assert_near, pair, random_batch


@pytest.mark.parametrize(
    ("example", "stages"),
    [
        (CNN_EXAMPLES["stride 2 on even and odd sides"], ("function",)),
        (SEQ2SEQ_EXAMPLES["GRU, additive, dropout"], ("decoding",)),
        pytest.param(RECURRENT_EXAMPLES["RNN on tokens, both directions"], ("function",), marks=pytest.mark.nightly),
        pytest.param(
            MLP_EXAMPLES["GELU, batch normalization, dropout"],
            ("function", "dropout, given masks"),
            marks=pytest.mark.nightly,
        ),
        pytest.param(TRANSFORMER_EXAMPLES["encoder-decoder"], ("function", "decoding"), marks=pytest.mark.nightly),
    ],
    ids=["cnn", "seq2seq", "recurrent", "mlp", "transformer"],
)
def test_compiled_by_xla(example, stages):
    has_numpys_function(*example, XLA, stages=stages)


@pytest.mark.parametrize("bidirectional", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_multiplicative_attention(bidirectional):
    sizes = {"embedding": 3, "units": 4, "attention": "multiplicative", "bidirectional": bidirectional}
    has_numpys_function(Seq2Seq(5, 7, 4, 8, **sizes), Training(), KERAS, stages=("function",))


@pytest.mark.parametrize("inputs", [{"tokens": 7, "embedding": 3}, {"features": 2}], ids=["tokens", "numbers"])
def test_means_over_both_directions(inputs):
    """In one direction Keras hands the mask on by itself; where two are joined it does not. Numbers have no mask."""
    sizes = {"cell": "rnn", "units": (4,), "bidirectional": True, "pooling": "mean"}
    has_numpys_function(Recurrent(length=5, outputs=3, **inputs, **sizes), Training(), KERAS, stages=("function",))


def test_attention_to_a_source():
    architecture = Transformer(5, 7, 4, 8, width=4, heads=2, layers=1, feedforward=3, positions="learned")
    has_numpys_function(architecture, Training(), KERAS, stages=("function",))


@pytest.mark.parametrize("loss", LOSSES)
def test_losses(loss):
    has_numpys_function(MLP(inputs=4, hidden=(), outputs=3), Training(loss=loss, huber_delta=0.7), KERAS)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_at_and_around_zero(activation):
    architecture = MLP(inputs=3, hidden=(3,), outputs=2, activation=activation)
    ours, numpy = pair(architecture)
    parameters = numpy.parameters() | {"hidden_0/kernel": np.eye(3), "hidden_0/bias": np.zeros(3)}
    batch = random_batch(architecture)._replace(inputs=np.array([[0.0, -3.0, 3.0]] * 6))
    for model in (ours, numpy):
        model.load_parameters(parameters)
    expected = numpy.loss_and_gradients(batch)[1]
    assert_near(ours.loss_and_gradients(batch)[1], expected, GRADIENT_BOUND["float64"])


@st.composite
def networks(draw):
    """Convolutional networks whose kernels, strides and pools fit their images well or badly."""
    return CNN(
        inputs=(draw(st.integers(3, 9)), draw(st.integers(3, 9)), draw(st.integers(1, 2))),
        channels=(2, 3)[: draw(st.integers(1, 2))],
        kernel_size=draw(st.sampled_from([1, 2, 3, 4, 5])),
        stride=draw(st.integers(1, 3)),
        padding=draw(st.sampled_from(["same", "valid"])),
        pooling=draw(st.sampled_from(["max", "average", None])),
        pool_size=draw(st.integers(1, 3)),
        outputs=2,
        activation="tanh",
    )


@settings(max_examples=8, deadline=None, derandomize=True)  # each is traced for a second
@given(st.data())
def test_convolutions_of_every_shape(data):
    try:
        architecture = data.draw(networks())
    except ArchitectureError:
        return  # an image that shrinks to nothing
    has_numpys_function(architecture, Training(), KERAS)


@pytest.mark.parametrize(
    ("example", "training"),
    [
        (MLP_EXAMPLES["GELU, batch normalization, dropout"], True),
        (SEQ2SEQ_EXAMPLES["LSTM, additive, both directions, dropout"], False),
        pytest.param(TRANSFORMER_EXAMPLES["classifier"], True, marks=pytest.mark.nightly),
    ],
    ids=["mlp", "seq2seq", "transformer"],
)
def test_layer_outputs(example, training):
    ours, numpy = pair(*example)
    inputs = random_batch(*example).inputs
    shown, expected = ours.layer_outputs(inputs, training), numpy.layer_outputs(inputs, training)
    assert_near(shown, expected)
    assert list(shown)[-1] == "output"


@pytest.mark.parametrize("inputs", [(5,), (4, 5, 3)])
def test_moving_statistics_take_the_biased_variance(inputs):
    flat = len(inputs) == 1
    architecture = (
        MLP(5, (4,), 2, normalization="batch") if flat else CNN(inputs, (4,), outputs=2, normalization="batch")
    )
    ours, numpy = pair(architecture, Training(learning_rate=1e-3), dtype="float32" if flat else "float64")
    batch = random_batch(architecture, examples=2)
    for model in (ours, numpy):
        model.train_step(batch)
    assert_near(ours.parameters(), numpy.parameters(), 1e-6 if flat else 1e-9)

"""The Transformer in NumPy by its definition, gradients by finite differences, and what can be seen of it.

Padding, causality and decoding are the conformance run's.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from impls.engines.in_numpy.decoding import NumpyDecoder
from impls.protocol import Array, Parameters
from impls.scratch.dropout import Dropout
from impls.spec.tokens import PADDING
from impls.textbook.multi_head_attention import MultiHeadAttention
from impls.transformer import Transformer
from impls.transformer.in_numpy import Network
from impls.transformer.in_textbook import Network as TextbookNetwork
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

CLASSIFIER = Transformer(
    source_length=5, source_tokens=7, outputs=3, width=4, heads=2, layers=2, feedforward=5, activation="tanh"
)
LANGUAGE_MODEL = replace(CLASSIFIER, source_length=0, source_tokens=0, outputs=0, target_length=6, target_tokens=7)
ENCODER_DECODER = replace(CLASSIFIER, outputs=0, target_length=4, target_tokens=6)
KINDS = {"classifier": CLASSIFIER, "language model": LANGUAGE_MODEL, "encoder-decoder": ENCODER_DECODER}

LEARNED_PRE_NORM = {"positions": "learned", "pre_norm": True}
SETTINGS = {"post-norm": {}, "learned, pre-norm": LEARNED_PRE_NORM, "gelu": {"activation": "gelu"}}
EXAMPLES = 3


def made(architecture: Transformer, dtype: str = "float64") -> Network:
    generator = np.random.default_rng(0)
    network = Network(architecture, dtype, generator)
    for layer in network.layers.values():
        for array in layer.parameters.values():
            array[...] = generator.normal(0.0, 0.7, array.shape)
    return network


def parameters_of(network: Network) -> Parameters:
    return {
        f"{name}/{kind}": array for name, layer in network.layers.items() for kind, array in layer.parameters.items()
    }


def tokens(architecture: Transformer) -> Array:
    """Fields of different lengths, the first example's full."""
    generator = np.random.default_rng(1)
    fields = []
    for field in architecture.fields:
        drawn = generator.integers(1, field.vocabulary, (EXAMPLES, field.length))
        real = generator.integers(1, field.length, (EXAMPLES, 1))
        real[0] = field.length
        fields.append(np.where(np.arange(field.length) < real, drawn, PADDING))
    return np.concatenate(fields, axis=1)


def parts(architecture: Transformer, inputs: Array) -> tuple[Array, Array]:
    """Sources, and what the decoder is given."""
    source, target = np.split(inputs, [architecture.source_length], axis=1)
    return source, target


def by_definition(architecture: Transformer, network: Network, source: Array, target: Array) -> tuple[Array, Any]:
    """The textbook's outputs for one example without padding, and what its last cross-attention looked at.

    The weights are (target length, source length), averaged over heads; None without cross-attention.
    """
    shorter = replace(architecture, source_length=len(source))
    textbook = TextbookNetwork(shorter, np.random.default_rng(0))
    for name, layer in textbook.layers.items():
        layer.parameters = network.layers[name].parameters
    outputs = textbook.forward(np.concatenate([source, target])[np.newaxis])
    last = textbook.layers.get(f"decoder_cross_attention_{architecture.layers - 1}")
    return outputs[0], last.weights[0].mean(axis=0) if isinstance(last, MultiHeadAttention) else None


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_by_definition(kind: str, settings: dict[str, Any]) -> None:
    architecture = replace(KINDS[kind], **settings)
    network, inputs = made(architecture), tokens(architecture)
    outputs = network(inputs)
    assert outputs.shape == (EXAMPLES, *architecture.output_shape)
    for source, target, output in zip(*parts(architecture, inputs), outputs, strict=True):
        wanted, _ = by_definition(architecture, network, source[source != PADDING], target)
        np.testing.assert_allclose(output, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("settings", [{}, LEARNED_PRE_NORM, {"dropout": 0.3}, LEARNED_PRE_NORM | {"dropout": 0.3}])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind: str, settings: dict[str, Any]) -> None:
    architecture = replace(KINDS[kind], layers=2 if settings == {} else 1, **settings)
    network, inputs = made(architecture), tokens(architecture)
    generator = np.random.default_rng(2)
    for name, shape in architecture.dropouts().items():
        dropout = network.layers[name]
        assert isinstance(dropout, Dropout)
        dropout.mask = (generator.random((EXAMPLES, *shape)) > 0.3).astype(float)
    weights = generator.normal(size=network(inputs, training=True).shape)

    def weighted_sum() -> float:
        return float(np.sum(weights * network(inputs, training=True)))

    weighted_sum()
    network.backward(weights)
    gradients = {
        f"{name}/{kind}": gradient.copy()
        for name, layer in network.layers.items()
        for kind, gradient in layer.gradients.items()
    }
    assert set(gradients) == set(architecture.parameters())
    for name, array in parameters_of(network).items():
        assert_gradients_agree(gradients[name], numerical_gradient(weighted_sum, array), name)


def test_logits_of_a_step_stay() -> None:
    network = made(LANGUAGE_MODEL)
    decoder = NumpyDecoder(network, np.empty((EXAMPLES, 0), np.int64))
    first = decoder.step(np.array([1, 2, 3]))
    before = first.copy()
    decoder.step(np.array([3, 2, 1]))
    np.testing.assert_array_equal(first, before)


def test_attention_weights_are_the_last_layers() -> None:
    network, inputs = made(ENCODER_DECODER), tokens(ENCODER_DECODER)
    weights = network.attention_weights(inputs)
    source, target = parts(ENCODER_DECODER, inputs)
    assert weights.shape == (EXAMPLES, ENCODER_DECODER.target_length, ENCODER_DECODER.source_length)
    for example, real in enumerate(source != PADDING):
        _, wanted = by_definition(ENCODER_DECODER, network, source[example, real], target[example])
        np.testing.assert_allclose(weights[example][:, real], wanted, rtol=1e-10)
        assert not weights[example][:, ~real].any()


@pytest.mark.parametrize("settings", [{}, LEARNED_PRE_NORM])
@pytest.mark.parametrize("kind", KINDS)
def test_every_layer_can_be_seen_in_forward_order(kind: str, settings: dict[str, Any]) -> None:
    architecture = replace(KINDS[kind], **settings)
    network, inputs = made(architecture), tokens(architecture)
    seen = network.layer_outputs(inputs)
    assert set(seen) == set(network.layers)
    assert {name.split("/")[0] for name in architecture.parameters()} <= set(seen)
    sublayer = [name for name in seen if name.endswith("_0") and ("_attention" in name or "attention_norm" in name)]
    first, second = sublayer[:2]
    assert (first.endswith("_norm_0"), second.endswith("_norm_0")) == ((True, False) if settings else (False, True))
    assert list(seen)[-1] == "output"
    np.testing.assert_array_equal(seen["output"], network(inputs))


def test_what_a_layer_gave_is_seen_without_what_was_added_to_it() -> None:
    network = made(CLASSIFIER)
    seen = network.layer_outputs(tokens(CLASSIFIER))
    residual = seen["encoder_positions"] + seen["encoder_attention_0"]
    normed = network.layers["encoder_attention_norm_0"].forward(residual)
    np.testing.assert_allclose(normed, seen["encoder_attention_norm_0"], rtol=1e-12)


def test_dropout_acts_in_training_alone() -> None:
    architecture = replace(ENCODER_DECODER, dropout=0.4)
    network, inputs = made(architecture), tokens(architecture)
    dropouts = {name for name, layer in network.layers.items() if isinstance(layer, Dropout)}
    assert dropouts == set(architecture.dropouts())
    calm = network(inputs).copy()
    shaken = network(inputs, training=True).copy()
    assert (shaken != calm).any()
    assert (network(inputs, training=True) != shaken).any()
    np.testing.assert_array_equal(network(inputs), calm)

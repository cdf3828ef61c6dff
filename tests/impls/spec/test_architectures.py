"""Architectures: sizes that make no network, and counts computed by hand or layer by layer."""

from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from impls.building import initial_parameters
from impls.cnn import CNN
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.spec.discovery import architecture as find_architecture
from impls.spec.discovery import architectures
from impls.spec.recurrent_cells import CELLS, GATES
from impls.spec.tokens import Field
from impls.testing import example_cases
from impls.transformer import Transformer

RECURRENT: dict[str, Any] = {"length": 5, "tokens": 7, "embedding": 3}
SEQ2SEQ: dict[str, Any] = {"source_length": 4, "source_tokens": 7, "target_length": 5, "target_tokens": 6}
CLASSIFIER: dict[str, Any] = {"source_length": 4, "source_tokens": 7, "outputs": 3}
LANGUAGE: dict[str, Any] = {"target_length": 4, "target_tokens": 7}

IMPOSSIBLE: list[tuple[type[Architecture], dict[str, Any], str]] = [
    (MLP, {"inputs": 4, "tokens": 9}, "embedding=0"),
    (MLP, {"inputs": 4, "embedding": 9}, "embedding=9"),
    (MLP, {"inputs": 4, "tokens": -1, "embedding": 2}, "tokens=-1"),
    (CNN, {"inputs": (8, 2, 3), "tokens": 9}, r"inputs=\(8, 2, 3\)"),
    (CNN, {"inputs": (8, 1, 3), "tokens": True}, "tokens=True"),
    (CNN, {"inputs": (3, 1, 3)}, "large enough"),
    (Recurrent, RECURRENT | {"length": 0}, "length=0"),
    (Recurrent, RECURRENT | {"features": 2}, "features=2.*either"),
    (Recurrent, {"length": 5}, "features=0.*either"),
    (Recurrent, RECURRENT | {"features": -2}, "features=-2"),
    (Recurrent, RECURRENT | {"embedding": 0}, "embedding=0"),
    (Recurrent, {"length": 5, "features": 2, "embedding": 3}, "embedding=3"),
    (Recurrent, RECURRENT | {"cell": "qrnn"}, "cell='qrnn'.*rnn, lstm, gru"),
    (Recurrent, RECURRENT | {"units": ()}, r"units=\(\)"),
    (Recurrent, RECURRENT | {"units": [4]}, r"units=\[4\]"),
    (Recurrent, RECURRENT | {"units": (4, 0)}, r"units=\(4, 0\)"),
    (Recurrent, RECURRENT | {"pooling": "max"}, "pooling='max'"),
    (Recurrent, RECURRENT | {"pooling": None, "bidirectional": True}, "bidirectional=True.*follows"),
    (Recurrent, RECURRENT | {"bidirectional": 1}, "bidirectional=1"),
    (Recurrent, RECURRENT | {"outputs": 0}, "outputs=0"),
    (Recurrent, RECURRENT | {"dropout": 1.0}, "dropout=1.0"),
    *((Seq2Seq, SEQ2SEQ | {name: 0}, f"{name}=0") for name in (*SEQ2SEQ, "embedding", "units", "layers")),
    (Seq2Seq, SEQ2SEQ | {"cell": "rnn"}, "cell='rnn'.*'lstm' or 'gru'"),
    (Seq2Seq, SEQ2SEQ | {"attention": "dot"}, "attention='dot'"),
    (Seq2Seq, SEQ2SEQ | {"units": 5, "bidirectional": True}, "units=5.*even"),
    (Seq2Seq, SEQ2SEQ | {"bidirectional": None}, "bidirectional=None"),
    (Seq2Seq, SEQ2SEQ | {"dropout": -0.1}, "dropout=-0.1"),
    (Transformer, {}, "source_length=0.*a source, a target"),
    (Transformer, {"source_length": 4, "outputs": 3}, "source_tokens=0"),
    (Transformer, CLASSIFIER | {"target_tokens": 3}, "target_tokens=3"),
    (Transformer, CLASSIFIER | {"outputs": 0}, "outputs=0"),
    (Transformer, LANGUAGE | {"outputs": 3}, "outputs=3"),
    (Transformer, LANGUAGE | {"target_length": -4}, "target_length=-4"),
    (Transformer, LANGUAGE | {"width": 10, "heads": 4}, "width=10.*heads"),
    (Transformer, LANGUAGE | {"width": 9, "heads": 3}, "width=9.*even"),
    *((Transformer, LANGUAGE | {name: 0}, f"{name}=0") for name in ("width", "heads", "layers", "feedforward")),
    (Transformer, LANGUAGE | {"activation": "swish"}, "activation='swish'"),
    (Transformer, LANGUAGE | {"positions": "rotary"}, "positions='rotary'"),
    (Transformer, LANGUAGE | {"pre_norm": "yes"}, "pre_norm='yes'"),
    (Transformer, LANGUAGE | {"dropout": True}, "dropout=True"),
]


@pytest.mark.parametrize(("kind", "settings", "message"), IMPOSSIBLE)
def test_impossible_settings_are_reported_in_one_line(
    kind: type[Architecture], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArchitectureError, match=message) as raised:
        kind(**settings)
    assert "\n" not in str(raised.value)


#: Architecture, trainable scalars, multiply-adds of each layer, all by hand.
COUNTED: list[tuple[Architecture, int, dict[str, int]]] = [
    (
        MLP(inputs=4, hidden=(3,), outputs=2, tokens=5, embedding=2),
        5 * 2 + (8 * 3 + 3) + (3 * 2 + 2),
        {"embedding": 0, "hidden_0": 24, "output": 6},
    ),
    (
        CNN(inputs=(6, 1, 2), channels=(3,), outputs=2, tokens=5),
        5 * 2 + (3 * 2 * 3 + 3) + (9 * 2 + 2),
        {"embedding": 0, "convolution_0": 6 * 3 * 2 * 3, "output": 18},
    ),
    (
        Recurrent(length=5, features=3, cell="rnn", units=(4,), outputs=2),
        (3 * 4 + 4 * 4 + 4) + (4 * 2 + 2),
        {"recurrent_0": 5 * (12 + 16), "output": 8},
    ),
    (
        Recurrent(length=5, tokens=7, embedding=3, cell="lstm", units=(4, 2), bidirectional=True, outputs=6),
        7 * 3 + 2 * (3 * 16 + 4 * 16 + 16) + 2 * (8 * 8 + 2 * 8 + 8) + (4 * 6 + 6),
        {"embedding": 0, "recurrent_0": 5 * 2 * (48 + 64), "recurrent_1": 5 * 2 * (64 + 16), "output": 24},
    ),
    (
        Recurrent(length=5, tokens=7, embedding=3, cell="gru", units=(4,), pooling=None, outputs=7),
        7 * 3 + (3 * 12 + 4 * 12 + 2 * 12) + (4 * 7 + 7),
        {"embedding": 0, "recurrent_0": 5 * (36 + 48), "output": 5 * 28},
    ),
    (
        Seq2Seq(**SEQ2SEQ, embedding=3, units=2),
        7 * 3 + 2 * (3 * 8 + 2 * 8 + 8) + 6 * 3 + (2 * 6 + 6),
        {"source_embedding": 0, "encoder_0": 4 * 40, "decoder_0": 5 * 40, "output": 5 * 12},
    ),
    (
        Seq2Seq(**SEQ2SEQ, embedding=3, units=4, layers=2, cell="gru", attention="additive", bidirectional=True),
        (7 * 3)
        + 2 * (3 * 6 + 2 * 6 + 12)
        + 2 * (4 * 6 + 2 * 6 + 12)
        + (6 * 3)
        + (3 * 12 + 4 * 12 + 24)
        + (4 * 12 + 4 * 12 + 24)
        + (16 + 16 + 4)
        + (8 * 4 + 4)
        + (4 * 6 + 6),
        {
            "source_embedding": 0,
            "encoder_0": 4 * 2 * (18 + 12),
            "encoder_1": 4 * 2 * (24 + 12),
            "decoder_0": 5 * (36 + 48),
            "decoder_1": 5 * (48 + 48),
            # Four keys and five queries projected; twenty scores and as many weighted sums of four.
            "attention": 4 * 16 + 5 * 16 + 20 * 4 + 20 * 4,
            "combine": 5 * 8 * 4,
            "output": 5 * 4 * 6,
        },
    ),
    (
        Seq2Seq(**SEQ2SEQ, embedding=3, units=2, attention="multiplicative"),
        7 * 3 + 2 * (3 * 8 + 2 * 8 + 8) + 6 * 3 + 4 + (4 * 2 + 2) + (2 * 6 + 6),
        {
            "source_embedding": 0,
            "encoder_0": 4 * 40,
            "decoder_0": 5 * 40,
            "attention": 4 * 4 + 20 * 2 + 20 * 2,
            "combine": 5 * 4 * 2,
            "output": 5 * 12,
        },
    ),
    (
        Transformer(**CLASSIFIER, width=6, heads=2, layers=1, feedforward=5),
        7 * 6 + 4 * (36 + 6) + 12 + (30 + 5) + (30 + 6) + 12 + (6 * 3 + 3),
        {
            "encoder_embedding": 0,
            "encoder_attention_0": 4 * 4 * 36 + 16 * 6 + 16 * 6,
            "encoder_expand_0": 4 * 30,
            "encoder_contract_0": 4 * 30,
            "output": 18,
        },
    ),
    (
        Transformer(**LANGUAGE, width=6, heads=2, layers=1, feedforward=5, positions="learned", pre_norm=True),
        7 * 6 + 4 * 6 + 4 * (36 + 6) + 12 + (30 + 5) + (30 + 6) + 12 + 12 + (6 * 7 + 7),
        {
            "decoder_embedding": 0,
            "decoder_attention_0": 4 * 4 * 36 + 2 * 16 * 6,
            "decoder_expand_0": 4 * 30,
            "decoder_contract_0": 4 * 30,
            "output": 4 * 42,
        },
    ),
    (
        Transformer(source_length=3, source_tokens=5, **LANGUAGE, width=2, heads=1, layers=1, feedforward=3),
        (5 * 2 + 4 * 6 + 4 + 9 + 8 + 4) + (7 * 2 + 8 * 6 + 2 * 4 + 9 + 8 + 4) + (2 * 7 + 7),
        {
            "encoder_embedding": 0,
            "encoder_attention_0": 3 * 4 * 4 + 2 * 9 * 2,
            "encoder_expand_0": 18,
            "encoder_contract_0": 18,
            "decoder_embedding": 0,
            "decoder_attention_0": 4 * 4 * 4 + 2 * 16 * 2,
            # Queries and outputs at four positions, keys and values at three.
            "decoder_cross_attention_0": 2 * 4 * 4 + 2 * 3 * 4 + 2 * 12 * 2,
            "decoder_expand_0": 24,
            "decoder_contract_0": 24,
            "output": 4 * 14,
        },
    ),
]


@pytest.mark.parametrize(("architecture", "parameters", "multiply_adds"), COUNTED)
def test_counts_by_hand(architecture: Architecture, parameters: int, multiply_adds: dict[str, int]) -> None:
    assert architecture.parameter_count == parameters
    assert architecture.multiply_adds() == multiply_adds
    assert list(architecture.multiply_adds()) == list(multiply_adds), "in forward order"
    assert architecture.forward_flops == 2 * sum(multiply_adds.values())


@given(
    st.sampled_from(CELLS),
    st.integers(1, 9),
    st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from(["last", "mean", None]),
)
def test_one_more_unit_costs_what_its_columns_cost(
    cell: Any, length: int, units: tuple[int, ...], bidirectional: bool, pooling: Any
) -> None:
    """The counts against those of the frameworks' formula, layer by layer."""
    assume(pooling or not bidirectional)
    network = Recurrent(
        length=length, features=3, cell=cell, units=units, bidirectional=bidirectional, pooling=pooling, outputs=2
    )
    directions, inputs, parameters, products = 1 + bidirectional, 3, 0, 0
    for width in units:
        gates = GATES[network.cell]
        biases = 2 if cell == "gru" else 1
        parameters += directions * gates * (inputs * width + width * width + biases * width)
        products += length * directions * gates * width * (inputs + width)
        inputs = directions * width
    assert network.parameter_count == parameters + inputs * 2 + 2
    assert sum(network.multiply_adds().values()) == products + (1 if pooling else length) * inputs * 2


@given(
    st.integers(1, 4), st.integers(1, 3), st.integers(1, 9), st.booleans(), st.sampled_from(["sinusoidal", "learned"])
)
def test_transformers_layers_cost_the_same_each(
    heads: int, layers: int, feedforward: int, pre_norm: bool, positions: Any
) -> None:
    width = 2 * heads
    shallow, deep = (
        Transformer(
            **CLASSIFIER,
            width=width,
            heads=heads,
            layers=depth,
            feedforward=feedforward,
            pre_norm=pre_norm,
            positions=positions,
        )
        for depth in (layers, layers + 1)
    )
    layer = 4 * (width * width + width) + 2 * 2 * width + 2 * width * feedforward + feedforward + width
    assert deep.parameter_count - shallow.parameter_count == layer
    operations = 4 * 4 * width * width + 2 * 4 * 4 * width + 2 * 4 * width * feedforward
    assert deep.forward_flops - shallow.forward_flops == 2 * operations
    outside = 7 * width + (4 * width if positions == "learned" else 0) + (2 * width if pre_norm else 0)
    assert shallow.parameter_count - layers * layer == outside + width * 3 + 3


TRANSLATOR = Seq2Seq(**SEQ2SEQ)
ENCODER_DECODER = Transformer(source_length=4, source_tokens=7, target_length=5, target_tokens=6)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (MLP(inputs=4), ("feed-forward", False, False, False, False, None)),
        (CNN(inputs=(4, 4, 1)), ("feed-forward", False, False, False, False, None)),
        (Recurrent(**RECURRENT), ("sequence", True, False, False, False, None)),
        (Recurrent(**RECURRENT, pooling=None, outputs=7), ("sequence", True, True, False, False, None)),
        (Recurrent(**RECURRENT, pooling=None, outputs=8), ("sequence", True, False, False, False, None)),
        (TRANSLATOR, ("sequence", True, False, True, False, None)),
        (Seq2Seq(**SEQ2SEQ, attention="additive"), ("sequence", True, False, True, True, None)),
        (Transformer(**CLASSIFIER), ("sequence", False, False, False, False, None)),
        (Transformer(**LANGUAGE), ("sequence", False, True, False, False, 4)),
        (ENCODER_DECODER, ("sequence", False, False, True, True, 5)),
    ],
)
def test_properties_that_generic_code_asks_for(network: Architecture, says: tuple[object, ...]) -> None:
    assert says == (
        network.family,
        network.has_hidden_states,
        network.is_language_model,
        network.is_encoder_decoder,
        network.attends_source,
        network.max_positions,
    )


def test_every_architecture_has_a_title_and_a_folder_of_its_name() -> None:
    assert len({architecture.title for architecture in architectures().values()}) == len(architectures())
    for name, architecture in architectures().items():
        assert architecture.__module__ == f"impls.{name}.architecture"
        assert find_architecture(name) is architecture


def test_an_unknown_architecture_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(ArchitectureError, match="'perceptron' is unknown; there are cnn, mlp, recurrent"):
        find_architecture("perceptron")


EVERY_EXAMPLE = [case for name in architectures() for case in example_cases(name)]


@pytest.mark.parametrize("case", EVERY_EXAMPLE, ids=lambda case: case.name)
def test_descriptions_fit_together(case: Any) -> None:
    network = case.architecture
    parameters = initial_parameters(network, 0)
    assert {name: array.shape for name, array in parameters.items()} == {
        name: spec.shape for name, spec in network.parameters().items()
    }
    layers = {name.split("/")[0] for name in parameters}
    assert all(cost >= 0 for cost in network.multiply_adds().values())
    assert set(network.multiply_adds()) <= layers | {"attention"}
    assert not network.fields or prod(network.input_shape) == sum(field.length for field in network.fields)
    if network.decodes:
        assert network.output_shape == network.fields[-1]
    for shape in network.dropouts().values():
        assert all(extent >= 1 for extent in shape)


@pytest.mark.parametrize(
    ("network", "inputs", "outputs", "fields", "decodes"),
    [
        (Recurrent(length=5, features=3, outputs=2), (5, 3), (2,), (), False),
        (Recurrent(**RECURRENT, pooling=None, outputs=7), (5,), (5, 7), (Field(5, 7),), True),
        (Recurrent(**RECURRENT, pooling=None, outputs=6), (5,), (5, 6), (Field(5, 7),), False),
        (Recurrent(**RECURRENT, outputs=7), (5,), (7,), (Field(5, 7),), False),
        (Seq2Seq(**SEQ2SEQ), (9,), (5, 6), (Field(4, 7), Field(5, 6)), True),
        (Transformer(**CLASSIFIER), (4,), (3,), (Field(4, 7),), False),
        (Transformer(**LANGUAGE), (4,), (4, 7), (Field(4, 7),), True),
        (
            Transformer(source_length=3, source_tokens=9, **LANGUAGE),
            (7,),
            (4, 7),
            (Field(3, 9), Field(4, 7)),
            True,
        ),
        (MLP(inputs=5, tokens=7, embedding=3), (5,), (10,), (Field(5, 7),), False),
        (CNN(inputs=(8, 1, 3), tokens=7), (8,), (10,), (Field(8, 7),), False),
    ],
)
def test_what_goes_in_and_comes_out(
    network: Architecture, inputs: tuple[int, ...], outputs: tuple[int, ...], fields: tuple[Field, ...], decodes: bool
) -> None:
    assert network.input_shape == inputs
    assert network.output_shape == outputs
    assert network.fields == fields
    assert network.decodes is decodes


def test_masks_are_as_large_as_what_they_drop() -> None:
    assert Recurrent(**RECURRENT, units=(4, 2), bidirectional=True, dropout=0.5).dropouts() == {
        "dropout_0": (5, 8),
        "dropout_1": (4,),
    }
    assert Recurrent(**RECURRENT, units=(4, 2), pooling=None, dropout=0.5).dropouts() == {
        "dropout_0": (5, 4),
        "dropout_1": (5, 2),
    }
    assert Seq2Seq(**SEQ2SEQ, embedding=3, units=2, dropout=0.5).dropouts() == {
        "source_dropout": (4, 3),
        "target_dropout": (5, 3),
        "output_dropout": (5, 2),
    }
    both = Transformer(source_length=3, source_tokens=9, **LANGUAGE, width=8, heads=2, layers=1, dropout=0.5)
    assert both.dropouts() == {
        "encoder_dropout": (3, 8),
        "encoder_attention_dropout_0": (3, 8),
        "encoder_feedforward_dropout_0": (3, 8),
        "decoder_dropout": (4, 8),
        "decoder_attention_dropout_0": (4, 8),
        "decoder_cross_attention_dropout_0": (4, 8),
        "decoder_feedforward_dropout_0": (4, 8),
    }

"""Parameters and multiply-adds, computed by hand or layer by layer."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.spec.recurrent_cells import CELLS, GATES
from impls.transformer import Transformer
from tests.impls.spec.sizes import CLASSIFIER, LANGUAGE, SEQ2SEQ

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
        Transformer(source_length=4, source_features=3, outputs=5, width=2, heads=1, layers=1, feedforward=3),
        (3 * 2 + 2) + (4 * 6 + 4) + (9 + 8) + 4 + (2 * 5 + 5),
        {
            "encoder_projection": 4 * 3 * 2,
            "encoder_attention_0": 4 * 4 * 4 + 2 * 16 * 2,
            "encoder_expand_0": 4 * 6,
            "encoder_contract_0": 4 * 6,
            "output": 2 * 5,
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

"""What architectures say of themselves: properties, parameters, shapes of what goes in and comes out."""

from math import prod
from typing import Any

import pytest

from impls.building import initial_parameters
from impls.cnn import CNN
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.spec.discovery import architecture as find_architecture
from impls.spec.discovery import architectures
from impls.spec.tokens import Field
from impls.testing import example_cases
from impls.transformer import Transformer
from tests.impls.spec.sizes import CLASSIFIER, LANGUAGE, RECURRENT, SEQ2SEQ

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

"""Sizes and settings that make no network are refused in one line."""

from typing import Any

import pytest

from impls.cnn import CNN
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.transformer import Transformer
from tests.impls.spec.sizes import CLASSIFIER, LANGUAGE, RECURRENT, SEQ2SEQ

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
    (Transformer, CLASSIFIER | {"source_features": 2}, "source_tokens=7"),
    (Transformer, LANGUAGE | {"source_features": 2}, "source_features=2"),
    (Transformer, {"source_features": 2, "outputs": 3}, "source_length=0|source_features=2"),
    (Transformer, CLASSIFIER | {"source_features": -1}, "source_features=-1"),
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

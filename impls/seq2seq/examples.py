"""Encoder-decoders that use everything the architecture offers; certificates and contract checks run on them."""

from impls.seq2seq.architecture import Seq2Seq
from impls.spec.architecture import Architecture
from impls.training import Training

EXAMPLES: dict[str, tuple[Architecture, Training]] = {
    "LSTM without attention": (
        Seq2Seq(source_length=6, source_tokens=9, target_length=5, target_tokens=8, embedding=4, units=6),
        Training("adam", 1e-3),
    ),
    "GRU, two layers, without attention": (
        Seq2Seq(
            source_length=5, source_tokens=9, target_length=6, target_tokens=7, embedding=4, units=6, layers=2,
            cell="gru",
        ),
        Training("momentum", 0.01, clip_norm=0.5),
    ),
    "LSTM, additive, both directions, dropout": (
        Seq2Seq(
            source_length=6,
            source_tokens=10,
            target_length=5,
            target_tokens=9,
            embedding=12,
            units=16,
            attention="additive",
            bidirectional=True,
            dropout=0.3,
        ),
        Training("adamw", 1e-3),
    ),
    "GRU, additive": (
        Seq2Seq(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, embedding=4, units=6, cell="gru",
            attention="additive",
        ),
        Training("rmsprop", 1e-3),
    ),
    "LSTM, two layers, multiplicative": (
        Seq2Seq(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, embedding=4, units=6, layers=2,
            attention="multiplicative",
        ),
        Training("nadam", 1e-3, l2=0.01),
    ),
    "GRU, multiplicative, two layers, both directions": (
        Seq2Seq(
            source_length=7, source_tokens=9, target_length=6, target_tokens=8, embedding=4, units=8, layers=2,
            cell="gru", attention="multiplicative", bidirectional=True,
        ),
        Training("adam", 1e-3),
    ),
}  # fmt: skip

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = Seq2Seq(
    source_length=4, source_tokens=6, target_length=4, target_tokens=6, embedding=3, units=4, attention="additive"
)

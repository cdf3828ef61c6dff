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
    "GRU, additive, dropout": (
        Seq2Seq(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, embedding=4, units=16, cell="gru",
            attention="additive", dropout=0.3,
        ),
        Training("rmsprop", 1e-3),
    ),
    "LSTM, two layers, multiplicative, both directions": (
        Seq2Seq(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, embedding=4, units=6, layers=2,
            attention="multiplicative", bidirectional=True,
        ),
        Training("nadam", 1e-3, l2=0.01),
    ),
}  # fmt: skip

#: Of which the function alone is compared: a single position, and long sequences by the other settings.
FUNCTIONS: dict[str, tuple[Architecture, Training]] = {
    "a single token": (
        Seq2Seq(
            source_length=1, source_tokens=5, target_length=1, target_tokens=4, embedding=3, units=4,
            attention="additive",
        ),
        Training(),
    ),
    "GRU, multiplicative, long": (
        Seq2Seq(
            source_length=45, source_tokens=70, target_length=40, target_tokens=60, embedding=6, units=10, cell="gru",
            attention="multiplicative", bidirectional=True,
        ),
        Training(),
    ),
    "LSTM without attention, long": (
        Seq2Seq(source_length=45, source_tokens=70, target_length=40, target_tokens=60, embedding=6, units=10),
        Training(),
    ),
}  # fmt: skip

#: Large in every direction: source, target, steps of the decoder, units, tokens, examples.
LARGE: tuple[Architecture, Training] = (
    Seq2Seq(
        source_length=45, source_tokens=90, target_length=40, target_tokens=80, embedding=16, units=32,
        attention="additive", bidirectional=True,
    ),
    Training("adam", 1e-3),
)  # fmt: skip
LARGE_BATCH = 60

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = Seq2Seq(
    source_length=4, source_tokens=6, target_length=4, target_tokens=6, embedding=3, units=4, attention="additive"
)

#: For pairwise coverage: by factor, the settings to choose between.
CHOICES: dict[str, list[dict[str, object]]] = {
    "source": [{"source_length": 6, "source_tokens": 9}, {"source_length": 1, "source_tokens": 70}],
    "target": [
        {"target_length": 5, "target_tokens": 8},
        {"target_length": 1, "target_tokens": 7},
        {"target_length": 22, "target_tokens": 9},
    ],
    "cell": [{"cell": "lstm"}, {"cell": "gru"}],
    "layers": [{"layers": 1}, {"layers": 2}],
    "width": [{"embedding": 4, "units": 6}, {"embedding": 20, "units": 24}],
    "attention": [{"attention": name} for name in (None, "additive", "multiplicative")],
    "direction": [{"bidirectional": False}, {"bidirectional": True}],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
}

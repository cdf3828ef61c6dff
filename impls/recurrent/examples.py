"""Recurrent networks that use everything the architecture offers; certificates and contract checks run on them."""

from impls.recurrent.architecture import Recurrent
from impls.spec.architecture import Architecture
from impls.training import Training

EXAMPLES: dict[str, tuple[Architecture, Training]] = {
    "RNN on numbers": (
        Recurrent(length=6, features=3, cell="rnn", units=(7,), outputs=2),
        Training("momentum", 0.01, loss="mean_squared_error"),
    ),
    "LSTM on numbers": (Recurrent(length=7, features=4, cell="lstm", units=(6,), outputs=3), Training("adam", 1e-3)),
    "GRU on numbers, both directions, mean": (
        Recurrent(length=7, features=4, cell="gru", units=(6,), bidirectional=True, pooling="mean", outputs=3),
        Training("adam", 1e-3),
    ),
    "RNN on tokens, both directions": (
        Recurrent(length=6, tokens=9, embedding=4, cell="rnn", units=(5,), bidirectional=True, outputs=3),
        Training("rmsprop", 1e-3, clip_norm=0.5),
    ),
    "LSTM on tokens, both directions, mean, dropout": (
        Recurrent(
            length=7,
            tokens=11,
            embedding=5,
            cell="lstm",
            units=(40,),
            bidirectional=True,
            pooling="mean",
            outputs=4,
            dropout=0.3,
        ),
        Training("adamw", 1e-3),
    ),
    "GRU on tokens, two layers, both directions": (
        Recurrent(length=8, tokens=11, embedding=5, cell="gru", units=(6, 4), bidirectional=True, outputs=3),
        Training("nadam", 1e-3, l2=0.01),
    ),
    "LSTM on tokens, mean": (
        Recurrent(length=6, tokens=9, embedding=4, cell="lstm", units=(6,), pooling="mean", outputs=3),
        Training("adam", 1e-3),
    ),
    "RNN language model": (
        Recurrent(length=8, tokens=12, embedding=5, cell="rnn", units=(7, 6), pooling=None, outputs=12),
        Training("sgd", 0.05),
    ),
    "LSTM language model, two layers, dropout": (
        Recurrent(length=8, tokens=12, embedding=5, cell="lstm", units=(16, 9), pooling=None, outputs=12, dropout=0.2),
        Training("adam", 1e-3, clip_norm=1.0),
    ),
    "GRU language model": (
        Recurrent(length=8, tokens=12, embedding=5, cell="gru", units=(8,), pooling=None, outputs=12),
        Training("adagrad", 0.01),
    ),
}

#: Of which the function alone is compared: a single step, and long sequences by the other cells.
FUNCTIONS: dict[str, tuple[Architecture, Training]] = {
    "RNN, a single step": (
        Recurrent(length=1, features=3, cell="rnn", units=(4,), outputs=2), Training(loss="mean_squared_error")
    ),
    "LSTM, a single token": (
        Recurrent(length=1, tokens=5, embedding=3, cell="lstm", units=(4,), bidirectional=True, outputs=3), Training()
    ),
    "RNN over many steps": (
        Recurrent(length=70, tokens=90, embedding=6, cell="rnn", units=(20,), bidirectional=True, outputs=3), Training()
    ),
    "GRU over many steps, mean": (
        Recurrent(
            length=70, tokens=90, embedding=6, cell="gru", units=(20,), bidirectional=True, pooling="mean", outputs=3
        ),
        Training(),
    ),
}  # fmt: skip

#: Large in every direction: steps, units, tokens, examples.
LARGE: tuple[Architecture, Training] = (
    Recurrent(length=70, tokens=150, embedding=20, cell="lstm", units=(48,), pooling=None, outputs=150),
    Training("adam", 1e-3),
)
LARGE_BATCH = 130

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = Recurrent(length=5, tokens=8, embedding=3, cell="gru", units=(4,), outputs=3)

#: For pairwise coverage: by factor, the settings to choose between.
CHOICES: dict[str, list[dict[str, object]]] = {
    "inputs": [{"features": 3}, {"tokens": 7, "embedding": 3}, {"tokens": 70, "embedding": 4}],
    "length": [{"length": 6}, {"length": 1}, {"length": 25}],
    "cell": [{"cell": "lstm"}, {"cell": "gru"}, {"cell": "rnn"}],
    "units": [{"units": (5,)}, {"units": (24, 20)}],
    "direction": [{"bidirectional": False}, {"bidirectional": True}],
    "pooling": [{"pooling": "last"}, {"pooling": "mean"}],
    "outputs": [{"outputs": 3}, {"outputs": 2}],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
}

"""Transformers that use everything the architecture offers; certificates and contract checks run on them."""

from impls.spec.architecture import Architecture
from impls.training import Training
from impls.transformer.architecture import Transformer

EXAMPLES: dict[str, tuple[Architecture, Training]] = {
    "classifier": (
        Transformer(source_length=6, source_tokens=9, outputs=3, width=8, heads=2, layers=2, feedforward=12),
        Training("adam", 1e-3),
    ),
    "classifier, learned positions, pre-norm, dropout": (
        Transformer(
            source_length=7, source_tokens=11, outputs=4, width=24, heads=3, layers=2, feedforward=20,
            activation="gelu", positions="learned", pre_norm=True, dropout=0.2,
        ),
        Training("adamw", 1e-3, clip_norm=0.5),
    ),
    "series": (
        Transformer(source_length=6, source_features=3, outputs=2, width=8, heads=2, layers=1, feedforward=12),
        Training("adam", 1e-3, loss="mean_squared_error"),
    ),
    "language model": (
        Transformer(target_length=8, target_tokens=12, width=8, heads=2, layers=2, feedforward=10, activation="tanh"),
        Training("momentum", 0.01),
    ),
    "language model, learned positions, pre-norm, dropout": (
        Transformer(
            target_length=7, target_tokens=10, width=9, heads=3, layers=1, feedforward=8, activation="gelu",
            positions="learned", pre_norm=True, dropout=0.2,
        ),
        Training("nadam", 1e-3, l2=0.01),
    ),
    "encoder-decoder": (
        Transformer(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, width=8, heads=2, layers=1,
            feedforward=12,
        ),
        Training("adam", 1e-3),
    ),
    "encoder-decoder, learned positions, pre-norm, dropout": (
        Transformer(
            source_length=5, source_tokens=9, target_length=6, target_tokens=7, width=16, heads=4, layers=1,
            feedforward=16, activation="gelu", positions="learned", pre_norm=True, dropout=0.2,
        ),
        Training("rmsprop", 1e-3),
    ),
}  # fmt: skip

#: Of which the function alone is compared: a single position, and a long sequence by the other settings.
FUNCTIONS: dict[str, tuple[Architecture, Training]] = {
    "a single token": (
        Transformer(
            source_length=1, source_tokens=5, target_length=1, target_tokens=4, width=4, heads=2, layers=1,
            feedforward=5,
        ),
        Training(),
    ),
    "series of one number": (
        Transformer(source_length=6, source_features=1, width=8, heads=2, layers=1, feedforward=5, outputs=2),
        Training(),
    ),
    "language model, long": (
        Transformer(
            target_length=80, target_tokens=70, width=32, heads=8, layers=1, feedforward=40, positions="learned",
            pre_norm=True, activation="gelu",
        ),
        Training(),
    ),
    "classifier, long": (
        Transformer(source_length=80, source_tokens=70, outputs=3, width=20, heads=5, layers=1, feedforward=40),
        Training(),
    ),
}  # fmt: skip

#: Large in every direction: source, target, steps of the decoder, width, heads, layers, tokens, examples.
LARGE: tuple[Architecture, Training] = (
    Transformer(
        source_length=50, source_tokens=90, target_length=45, target_tokens=80, width=48, heads=6, layers=3,
        feedforward=160,
    ),
    Training("adam", 1e-3),
)  # fmt: skip
LARGE_BATCH = 60

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = Transformer(
    source_length=4, source_tokens=6, outputs=3, width=4, heads=2, layers=1, feedforward=5, positions="learned"
)

#: For pairwise coverage: by factor, the settings to choose between.
CHOICES: dict[str, list[dict[str, object]]] = {
    "kind": [
        {"source_length": 6, "source_tokens": 9, "outputs": 3},
        {"source_length": 6, "source_features": 2, "outputs": 3},
        {"target_length": 8, "target_tokens": 9},
        {"source_length": 6, "source_tokens": 9, "target_length": 5, "target_tokens": 8},
        {"source_length": 25, "source_tokens": 70, "target_length": 24, "target_tokens": 9},
    ],
    "width": [{"width": 8, "heads": 2}, {"width": 24, "heads": 3}, {"width": 6, "heads": 1}],
    "layers": [{"layers": 1}, {"layers": 2}],
    "feedforward": [{"feedforward": 10}, {"feedforward": 20}],
    "activation": [{"activation": name} for name in ("tanh", "sigmoid", "relu", "leaky_relu", "gelu")],
    "positions": [{"positions": "sinusoidal"}, {"positions": "learned"}],
    "norm": [{"pre_norm": False}, {"pre_norm": True}],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
}

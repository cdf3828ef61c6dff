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
    "language model": (
        Transformer(target_length=8, target_tokens=12, width=8, heads=2, layers=2, feedforward=10, activation="tanh"),
        Training("momentum", 0.01),
    ),
    "language model, learned positions, pre-norm": (
        Transformer(
            target_length=7, target_tokens=10, width=9, heads=3, layers=1, feedforward=8, positions="learned",
            pre_norm=True,
        ),
        Training("nadam", 1e-3, l2=0.01),
    ),
    "encoder-decoder": (
        Transformer(
            source_length=6, source_tokens=9, target_length=5, target_tokens=8, width=8, heads=2, layers=2,
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

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = Transformer(
    source_length=4, source_tokens=6, outputs=3, width=4, heads=2, layers=1, feedforward=5, positions="learned"
)

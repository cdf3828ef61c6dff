"""Perceptrons that use everything the architecture offers; certificates and contract checks run on them."""

from impls.mlp.architecture import MLP
from impls.spec.architecture import Architecture
from impls.training import Training

EXAMPLES: dict[str, tuple[Architecture, Training]] = {
    "plain": (MLP(inputs=7, hidden=(9, 6), outputs=4), Training("adam", 1e-3)),
    "linear": (MLP(inputs=5, hidden=(), outputs=3), Training("sgd", 0.05, weight_decay=0.01)),
    "tanh regression": (
        MLP(inputs=6, hidden=(8,), outputs=2, activation="tanh"),
        Training("momentum", 0.01, loss="mean_squared_error"),
    ),
    "sigmoid, dropout": (
        MLP(inputs=6, hidden=(64, 48), outputs=3, activation="sigmoid", dropout=0.4),
        Training("rmsprop", 1e-3, loss="sigmoid_cross_entropy"),
    ),
    "leaky ReLU, layer normalization": (
        MLP(inputs=8, hidden=(10, 7), outputs=2, activation="leaky_relu", normalization="layer"),
        Training("nadam", 1e-3, loss="mean_absolute_error", l2=0.01),
    ),
    "GELU, batch normalization, dropout": (
        MLP(inputs=8, hidden=(72, 40), outputs=2, activation="gelu", normalization="batch", dropout=0.25),
        Training("adamw", 1e-3, loss="huber", huber_delta=1.5, clip_norm=0.5),
    ),
    "wide": (MLP(inputs=64, hidden=(128, 64), outputs=10), Training("nesterov", 0.01, clip_norm=1.0)),
    "tokens, layer normalization, dropout": (
        MLP(inputs=6, tokens=9, embedding=4, hidden=(40, 24), outputs=3, normalization="layer", dropout=0.3),
        Training("adam", 1e-3),
    ),
}

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = MLP(inputs=5, hidden=(7,), outputs=3, activation="tanh", normalization="batch")

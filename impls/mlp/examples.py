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
    # Without a normalization, so that its sums can be driven to the edges of what it is approximated by.
    "GELU": (MLP(inputs=9, hidden=(12, 7), outputs=3, activation="gelu"), Training("adam", 1e-3)),
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

#: Of which the function alone is compared: the smallest that there are.
FUNCTIONS: dict[str, tuple[Architecture, Training]] = {
    "a single input, unit and output": (
        MLP(inputs=1, hidden=(1,), outputs=1, activation="tanh"),
        Training(loss="mean_squared_error"),
    ),
}

#: Large in every direction: more rows than a sum takes at once, more elements than erf and the optimizers take, more
#: tokens than are summed as one-hot rows.
LARGE: tuple[Architecture, Training] = (
    MLP(inputs=40, tokens=150, embedding=8, hidden=(260, 130), outputs=70, activation="gelu", normalization="layer"),
    Training("adam", 1e-3),
)
LARGE_BATCH = 5003

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = MLP(inputs=5, hidden=(7,), outputs=3, activation="tanh", normalization="batch")
ALL_OPTIMIZERS = True

#: For pairwise coverage: by factor, the settings to choose between.
CHOICES: dict[str, list[dict[str, object]]] = {
    "inputs": [{"inputs": 5}, {"inputs": 4, "tokens": 7, "embedding": 3}, {"inputs": 3, "tokens": 70, "embedding": 2}],
    "hidden": [{"hidden": (7,)}, {"hidden": ()}, {"hidden": (40, 24)}],
    "outputs": [{"outputs": 3}, {"outputs": 2}],
    "activation": [{"activation": name} for name in ("tanh", "sigmoid", "relu", "leaky_relu", "gelu")],
    "normalization": [{"normalization": name} for name in (None, "batch", "layer")],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
}

"""The networks on which planted faults have to show, by the name that the table of faults uses."""

from impls import Training
from impls.cnn import CNN
from impls.mlp import MLP
from impls.testing import Case


def _mlp(activation="relu", loss="softmax_cross_entropy", optimizer="adam", hidden=(8, 5), **settings):
    network = MLP(inputs=6, hidden=hidden, outputs=4, activation=activation, **settings)
    return network, Training(optimizer, 1e-2, loss=loss, huber_delta=1.5)


def _cnn(inputs=(8, 7, 2), channels=(3, 4), **settings):
    return CNN(inputs=inputs, channels=channels, outputs=3, **settings), Training("adam", 1e-2)


CASES = {
    name: Case(name, *networks)
    for name, networks in {
        "relu": _mlp("relu"),
        "sigmoid": _mlp("sigmoid", "sigmoid_cross_entropy"),
        "leaky": _mlp("leaky_relu", "mean_squared_error"),
        "gelu": _mlp("gelu", "mean_absolute_error"),
        "tanh": _mlp("tanh", "huber"),
        "batch": _mlp("tanh", normalization="batch"),
        "layer": _mlp("tanh", normalization="layer"),
        "dropout": _mlp("tanh", hidden=(64, 48), dropout=0.4),
        "nadam": _mlp("tanh", optimizer="nadam"),
        "small batch": _mlp("tanh", hidden=(4,), normalization="batch"),
        "clipped": (MLP(inputs=6, hidden=(8,), outputs=4, activation="tanh"), Training("sgd", 0.1, clip_norm=0.05)),
        "convolution": _cnn(),
        "strided": _cnn((9, 8, 2), (3,), stride=2, pooling=None),
        "average": _cnn((9, 7, 1), (3,), pooling="average"),
        "features dropped": _cnn((8, 8, 1), (4,), dropout=0.3),
    }.items()
}

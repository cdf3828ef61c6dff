"""Convolutional networks that use everything the architecture offers; certificates and contract checks run on them."""

from impls.cnn.architecture import CNN
from impls.spec.architecture import Architecture
from impls.training import Training

EXAMPLES: dict[str, tuple[Architecture, Training]] = {
    "plain": (CNN(inputs=(8, 8, 1), channels=(4, 6), outputs=5), Training("adam", 1e-3)),
    "stride 2 on even and odd sides": (
        CNN(inputs=(9, 8, 2), channels=(4, 3), stride=2, pooling=None, hidden=(7,), outputs=3, activation="tanh"),
        Training("momentum", 0.01),
    ),
    "stride 3, kernel 5": (
        CNN(inputs=(13, 11, 1), channels=(4,), kernel_size=5, stride=3, pooling="max", outputs=3, activation="sigmoid"),
        Training("rmsprop", 1e-3, loss="sigmoid_cross_entropy"),
    ),
    "valid, average pooling, left-over rows": (
        CNN(
            inputs=(14, 13, 2),
            channels=(4, 5),
            padding="valid",
            pooling="average",
            hidden=(8,),
            outputs=2,
            activation="leaky_relu",
        ),
        Training("adagrad", 0.01, loss="mean_squared_error"),
    ),
    "pool 3, kernel 1, layer normalization": (
        CNN(
            inputs=(8, 7, 3),
            channels=(6,),
            kernel_size=1,
            pooling="average",
            pool_size=3,
            outputs=2,
            activation="gelu",
            normalization="layer",
        ),
        Training("nadam", 1e-3, loss="huber", l2=0.01),
    ),
    "batch normalization, dropout on features": (
        CNN(inputs=(8, 8, 1), channels=(4, 6), outputs=4, dropout=0.3, normalization="batch"),
        Training("adamw", 1e-3, clip_norm=0.5),
    ),
    "dropout on dense layers": (
        CNN(inputs=(6, 6, 1), channels=(4,), hidden=(64, 48), outputs=2, activation="tanh", dropout=0.5),
        Training("sgd", 0.01, loss="mean_absolute_error", weight_decay=0.01),
    ),
    "stride 2, valid, max pooling": (
        CNN(inputs=(12, 12, 1), channels=(5,), kernel_size=3, stride=2, padding="valid", outputs=3),
        Training("nesterov", 0.01),
    ),
    "tokens, pooling, dropout": (
        CNN(inputs=(9, 1, 4), tokens=8, channels=(6, 10), kernel_size=3, outputs=3, activation="gelu", dropout=0.3),
        Training("adam", 1e-3),
    ),
    "series, stride 2, valid": (
        CNN(inputs=(13, 1, 2), channels=(5,), stride=2, padding="valid", pooling="average", outputs=2),
        Training("momentum", 0.01, loss="mean_squared_error"),
    ),
}

#: Of which the function alone is compared: other kernels and strides, and the smallest images.
FUNCTIONS: dict[str, tuple[Architecture, Training]] = {
    **{
        f"kernel {kernel}, stride {stride}": (
            CNN(inputs=(9, 8, 2), channels=(3, 4), kernel_size=kernel, stride=stride, pooling=None, outputs=3),
            Training(),
        )
        for kernel, stride in ((1, 2), (2, 1), (4, 1), (4, 2), (4, 3), (6, 2), (7, 1))
    },
    "stride 2 on odd sides": (
        CNN(inputs=(9, 7, 2), channels=(3,), kernel_size=3, stride=2, pooling=None, outputs=3),
        Training(),
    ),
    "kernel 4 over a series": (
        CNN(inputs=(11, 1, 3), channels=(4,), kernel_size=4, pooling="average", outputs=2),
        Training(loss="mean_squared_error"),
    ),
    "a single pixel": (CNN(inputs=(1, 1, 2), channels=(3,), pooling=None, outputs=2, activation="tanh"), Training()),
}

#: Large in every direction: pixels, channels, kernel, examples, dense layers. Smooth: of 300,000 windows some always
#: have two largest pixels that are alike up to rounding; which of them has the gradient differs between machines.
LARGE: tuple[Architecture, Training] = (
    CNN(
        inputs=(33, 30, 3), channels=(12, 20), kernel_size=6, pooling="average", hidden=(90,), outputs=20,
        activation="gelu", normalization="batch",
    ),
    Training("adam", 1e-3),
)  # fmt: skip
LARGE_BATCH = 67
#: So few windows that hardly ever two largest pixels are alike.
MANY: tuple[Architecture, Training] = (
    CNN(inputs=(6, 6, 2), channels=(3,), outputs=3, activation="tanh"),
    Training("adam", 1e-3),
)

#: On which every optimizer is tried: small, with every kind of parameter.
OPTIMIZED: Architecture = CNN(inputs=(4, 4, 1), channels=(3,), outputs=3, activation="tanh", normalization="batch")

#: For pairwise coverage: by factor, the settings to choose between.
CHOICES: dict[str, list[dict[str, object]]] = {
    "inputs": [
        {"inputs": (30, 29, 2)},
        {"inputs": (31, 30, 1)},
        {"inputs": (40, 1, 3)},
        {"inputs": (36, 1, 4), "tokens": 9},
    ],
    "channels": [{"channels": (4,)}, {"channels": (3, 5)}],
    "kernel": [{"kernel_size": size} for size in (3, 1, 2, 4, 5)],
    "stride": [{"stride": 1}, {"stride": 2}],
    "padding": [{"padding": "same"}, {"padding": "valid"}],
    "pooling": [{"pooling": "max"}, {"pooling": None}, {"pooling": "average"}],
    "hidden": [{"hidden": ()}, {"hidden": (40,)}],
    "outputs": [{"outputs": 3}, {"outputs": 2}],
    "activation": [{"activation": name} for name in ("tanh", "sigmoid", "relu", "leaky_relu", "gelu")],
    "normalization": [{"normalization": name} for name in (None, "batch", "layer")],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
}

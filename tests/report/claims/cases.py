"""For each claim, records with which it holds."""

from collections.abc import Callable, Mapping

from tests.report.claims.making import Made


def tables(baseline: str) -> Made:
    made = Made()
    for task in ("wine", "breast-cancer"):
        made.task(task, "table").trained(task, "mlp", 0.95, "mlp").trained(task, baseline, 0.93)
    return made


def tables_boosting() -> Made:
    return tables("HistGradientBoostingClassifier()")


def images() -> Made:
    made = Made()
    for task in ("digits", "mnist-5k"):
        made.task(task, "images")
        made.trained(task, "mlp", 0.93, "mlp", parameters=2000).trained(task, "cnn", 0.97, "cnn", parameters=1500)
    return made


def depth_and_kernels() -> Made:
    made = Made("depth-and-kernels").task("digits", "images")
    for depth in (1, 3):
        for kernel in (1, 3, 5):
            changes = {"channels": [16] * depth, "kernel_size": kernel}
            made.trained(
                "digits", "cnn", 0.8 + 0.03 * depth + 0.02 * kernel, "cnn", overrides=changes, name=str(changes)
            )
    return made


def features() -> Made:
    made = Made("depth-and-kernels").task("digits", "images")
    for depth in (1, 2):
        changes = {"channels": [16] * depth, "kernel_size": 3}
        probes = {"inputs": 0.80, **{f"convolution_{layer}": 0.90 for layer in range(depth)}}
        made.trained("digits", "cnn", 0.95, "cnn", overrides=changes, name=str(changes), probes=probes)
    return made


def sequences() -> Made:
    """Every network, from the fully connected one to the Transformer, better than the one before."""
    made = Made()
    for task in ("names", "movie-reviews"):
        made.task(task, "text").trained(task, "bag-of-words", 0.70).trained(task, "tf-idf", 0.71)
        made.trained(task, "mlp", 0.75, "mlp").trained(task, "gru", 0.85, "recurrent", cell="gru")
        made.trained(task, "transformer", 0.92, "transformer")
    return made


def gradients() -> Made:
    made = Made().task("adding-problem-50", "sequences", "regression")
    for cell, lost in (("rnn", 6.0), ("lstm", 1.0), ("gru", 2.0)):
        made.trained("adding-problem-50", cell, 0.3, "recurrent", cell=cell, gradients=lost)
    return made


def lags() -> Made:
    made = Made()
    for lag in (20, 50):
        task = f"adding-problem-{lag}"
        made.task(task, "sequences", "regression").trained(task, "mean", 0.41)
        made.trained(task, "rnn", 0.4, "recurrent", cell="rnn").trained(task, "lstm", 0.04, "recurrent", cell="lstm")
    return made


def attention() -> Made:
    """On one task as recipes, on the other as variants of a study."""
    made = Made("attention").task("cmudict", "text", "transduction").task("cmudict-quick", "text", "transduction")
    for name, level in ((None, 0.5), ("additive", 0.4)):
        made.trained("cmudict", str(name), level, "seq2seq", attention=name)
        made.trained(
            "cmudict-quick", "additive", level, "seq2seq", overrides={"attention": name}, name=str(name), attention=name
        )
    return made


def amounts_of_data() -> Made:
    made = Made("recurrent-and-attention").task("names-quick", "text")
    for examples, level in ((200, 0.70), (6000, 0.80)):
        for network, gain in (("recurrent", 0.0), ("transformer", 0.05 if examples == 6000 else -0.05)):
            name = f"{network} small, {examples} examples"
            changes = {"network": network, "train_examples": examples}
            made.trained("names-quick", "gru", level + gain, network, overrides=changes, name=name)
    return made


def optimizers() -> Made:
    made = Made("optimizers").task("digits", "images").task("wine", "table")
    for task, recipe in (("digits", "cnn"), ("wine", "mlp")):
        # The best and the worst of either lie within the range, so that it is wide enough turned around, too.
        levels = {0.001: (0.95, 0.6), 0.003: (0.952, 0.93), 0.03: (0.948, 0.5), 0.1: (0.95, 0.6)}
        for rate, (adam, sgd) in levels.items():
            for name, level in (("adam", adam), ("sgd", sgd)):
                changes = {"optimizer": name, "learning_rate": rate}
                made.trained(task, recipe, level, recipe, overrides=changes, name=f"{name} {rate}")
    return made


def regularization() -> Made:
    made = Made("dropout-and-decay").task("digits", "images")
    for dropout, decay, level, gap in ((0.0, 0.0, 0.90, 0.1), (0.5, 0.0, 0.93, 0.05), (0.0, 1.0, 0.94, 0.02)):
        changes = {"dropout": dropout, "weight_decay": decay}
        made.trained("digits", "mlp", level, "mlp", overrides=changes, name=str(changes), gap=gap)
    return made


def activations() -> Made:
    made = Made("activations").task("digits", "images")
    for name, level in (("relu", 0.95), ("sigmoid", 0.2)):
        changes = {"activation": name, "hidden": [64] * 8}
        made.trained("digits", "mlp", level, "mlp", overrides=changes, name=name)
    return made


def normalization() -> Made:
    made = Made("normalization").task("digits", "images")
    for name, level in ((None, 0.3), ("batch", 0.95), ("layer", 0.94)):
        changes = {"normalization": name, "hidden": [64] * 8, "learning_rate": 0.1}
        made.trained("digits", "mlp", level, "mlp", overrides=changes, name=str(name))
    return made


def implementations(shift: float = 0.0) -> Made:
    made = Made()
    for task in ("digits", "wine"):
        made.task(task, "table")
        for rank, name in enumerate(("numpy", "torch", "keras-tensorflow")):
            made.trained(task, "mlp", 0.95 - shift * rank, "mlp", name)
    return made


def defaults(shift: float = 0.0) -> Made:
    made = Made("defaults").task("digits", "images")
    for rank, name in enumerate(("matched", "start torch", "start keras", "epsilon keras")):
        made.trained("digits", "mlp", 0.95 - shift * rank, "mlp", overrides={"changed": name}, name=name)
    return made


def defaults_of_speed(factor: float = 1.0) -> Made:
    made = Made("defaults-speed").task("digits", "images")
    for rank, name in enumerate(("matched", "start torch", "start keras", "epsilon keras")):
        made.timed("mlp", {32: 1e-3 * factor**rank}, "torch", variant=name)
    return made


def times(fast: str, slow: str) -> Callable[[], Made]:
    return lambda: Made().timed("mlp", {16: 1e-4, 256: 1e-3}, fast).timed("mlp", {16: 3e-4, 256: 2e-3}, slow)


def batch_sizes(far: int = 16, near: int = 256) -> Made:
    """Keras far from PyTorch at one batch size, and near it at the other."""
    made = Made().timed("mlp", {far: 1e-4, near: 1e-3}, "torch")
    return made.timed("mlp", {far: 8e-4, near: 1.3e-3}, "keras-tensorflow")


def devices() -> Made:
    return Made().timed("mlp", {16: 1e-4}, "torch", "cuda").timed("mlp", {16: 5e-4}, "torch")


CASES: Mapping[str, Callable[[], Made]] = {
    "tables-linear": lambda: tables("linear"),
    "tables-boosting": tables_boosting,
    "images-fully-connected": images,
    "images-convolution": images,
    "cnn-depth": depth_and_kernels,
    "cnn-kernel": depth_and_kernels,
    "cnn-kernel-large": depth_and_kernels,
    "features-linear": features,
    "sequences-fully-connected": sequences,
    "order-recurrent": sequences,
    "vanishing-gradients": gradients,
    "gates-gradients": gradients,
    "gates-lag": lags,
    "attention-seq2seq": attention,
    "transformers-lead": sequences,
    "transformers-data": amounts_of_data,
    "adam-tuning": optimizers,
    "adam-tuned": optimizers,
    "dropout-gap": regularization,
    "decay-gap": regularization,
    "regularization-accuracy": regularization,
    "activation-depth": activations,
    "normalization-batch": normalization,
    "normalization-layer": normalization,
    "same-accuracy": implementations,
    "defaults-accuracy": defaults,
    "defaults-speed": defaults_of_speed,
    "speed-numpy": times("torch", "numpy"),
    "speed-keras": times("torch", "keras-tensorflow"),
    "speed-torch-compile": times("torch+compile", "torch"),
    "speed-xla": times("keras-tensorflow+xla", "keras-tensorflow"),
    "speed-batch-size": batch_sizes,
    "speed-gpu": devices,
}
#: Claims that stay true on the other side of the middle: equality gets a difference, and batch sizes change places.
OTHERWISE: Mapping[str, Callable[[], Made]] = {
    "same-accuracy": lambda: implementations(0.05),
    "defaults-accuracy": lambda: defaults(0.05),
    "defaults-speed": lambda: defaults_of_speed(1.5),
    "speed-batch-size": lambda: batch_sizes(256, 16),
}

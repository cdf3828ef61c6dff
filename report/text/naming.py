"""How things are called and ordered: implementations, architectures, metrics, places."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.metrics.evaluate import HIGHER_IS_BETTER
from benchmarks.records.cells import AccuracyCell, Place
from impls.engines import implementations
from impls.spec.discovery import architectures

#: Order in tables and legends; others follow by name. A colour in the figures is a place in this order.
IMPLEMENTATION_ORDER = (
    "numpy",
    "torch",
    "torch+compile",
    "keras-tensorflow",
    "keras-tensorflow+xla",
    "scikit-learn",
    "keras-jax",
    "keras-torch",
    "numpy@cupy",
    "baseline",
)
#: Order of the networks' labels in tables and legends; others follow by name. A colour is a place in this order too.
ARCHITECTURE_ORDER = (
    "mlp",
    "cnn",
    "rnn",
    "lstm",
    "gru",
    "transformer",
    "seq2seq",
    "additive",
    "multiplicative",
)
TORCH = "torch"
TORCH_COMPILE = "torch+compile"
OPERATIONS = {"train_step": "train step", "train_epoch": "train epoch", "predict": "predict"}


@dataclass(frozen=True)
class Metric:
    """How a metric is written, and which difference of it is taken for none."""

    title: str
    #: The values that it can have: intervals end there.
    lowest: float = float("-inf")
    highest: float = float("inf")
    #: Whether values are told in percent and differences in points of it.
    percent: bool = False
    #: Decimals to show of a metric that has a scale of its own; others are shown to five significant digits.
    decimals: int | None = None
    #: Equivalence margin: two implementations that differ by less are as good as equal. None: never claimed.
    margin: float | None = None


METRICS: Mapping[str, Metric] = {
    "accuracy": Metric("accuracy", lowest=0.0, highest=1.0, percent=True, margin=0.005),
    "macro_f1": Metric("macro F1", lowest=0.0, highest=1.0, decimals=4),
    "log_loss": Metric("log loss", lowest=0.0, decimals=4),
    "r2": Metric("R²", highest=1.0, decimals=4, margin=0.01),
    "rmse": Metric("root mean squared error", lowest=0.0),
    "mae": Metric("mean absolute error", lowest=0.0),
    "bits_per_character": Metric("bits per character", lowest=0.0, decimals=3, margin=0.02),
    "token_accuracy": Metric("token accuracy", lowest=0.0, highest=1.0, percent=True, margin=0.005),
    "token_log_loss": Metric("log loss a token", lowest=0.0, decimals=4),
    "word_error_rate": Metric("word error rate", lowest=0.0, highest=1.0, percent=True, margin=0.01),
    # Above 1 where more phonemes are wrongly added than there are.
    "phoneme_error_rate": Metric("phoneme error rate", lowest=0.0, percent=True, margin=0.005),
}

#: How the words of a recipe's label are written where they are not an architecture's name, or shorter than its title.
LABEL_TITLES = {
    "rnn": "RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "seq2seq": "seq2seq",
    "additive": "additive attention",
    "multiplicative": "multiplicative attention",
}


def metric_of(name: str) -> Metric:
    """What is known of a metric; an unknown one goes by its name."""
    return METRICS.get(name, Metric(name.replace("_", " ")))


def implementation_rank(name: str) -> tuple[int, str]:
    """Sort key of an implementation."""
    known = IMPLEMENTATION_ORDER
    return (known.index(name) if name in known else len(known), name)


def higher_is_better(metric: str) -> bool | None:
    """Which way a metric is good; None for one that this Threefold does not know."""
    return HIGHER_IS_BETTER.get(metric)


def architecture_rank(label: str) -> tuple[int, str]:
    """Sort key of a network's label."""
    known = ARCHITECTURE_ORDER
    return (known.index(label) if label in known else len(known), label)


def architecture_title(label: str) -> str:
    """`CNN` for `cnn`, `LSTM-2` for `lstm-2`; other words as they are."""
    return "-".join(_title(word) for word in label.split("-"))


def _title(word: str) -> str:
    architecture = architectures().get(word)
    return LABEL_TITLES.get(word, word if architecture is None else architecture.title)


def is_sequence_network(folder: str) -> bool:
    """Whether the architecture of that folder reads a sequence step by step or by attention."""
    architecture = architectures().get(folder)
    return architecture is not None and architecture.family == "sequence"


def is_fully_connected(folder: str) -> bool:
    """Whether all weight layers of the architecture of that folder are fully connected."""
    architecture = architectures().get(folder)
    return architecture is not None and architecture.fully_connected


def place_rank(cell: Place) -> tuple[object, ...]:
    """Sort key of what was measured: by task, networks before baselines, then by label, implementation and device."""
    return (
        cell.task,
        is_baseline(cell),
        architecture_rank(cell.architecture),
        implementation_rank(cell.implementation),
        cell.device,
    )


def is_compiled(implementation: str) -> bool | None:
    """Whether an implementation traces or compiles its step; None for one that this Threefold does not know."""
    known = implementations().get(implementation)
    return None if known is None else known.compiled


def is_baseline(cell: Place) -> bool:
    """Whether an accuracy is a baseline's: it has no epochs."""
    return isinstance(cell, AccuracyCell) and cell.epochs == 0


def one_line(text: str) -> str:
    """A text without line breaks, control characters and runs of blanks, so that it fits a table and an SVG."""
    printable = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text)
    return " ".join(printable.split())


def slug(text: str, taken: set[str]) -> str:
    """A file name's part out of any text: lower case letters, digits and hyphens, none of those `taken`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split()) or "unnamed"
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate

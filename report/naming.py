"""How things are called and ordered: implementations, architectures, metrics, places."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.cells import AccuracyCell, Place
from impls.engines import implementations

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
}

#: Abbreviations that are written in capitals.
ACRONYMS = {"mlp", "cnn"}


def metric_of(name: str) -> Metric:
    """What is known of a metric; an unknown one goes by its name."""
    return METRICS.get(name, Metric(name.replace("_", " ")))


def implementation_rank(name: str) -> tuple[int, str]:
    """Sort key of an implementation."""
    known = IMPLEMENTATION_ORDER
    return (known.index(name) if name in known else len(known), name)


def architecture_title(name: str) -> str:
    """`CNN` for `cnn`; other names as they are."""
    return name.upper() if name in ACRONYMS else name


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

"""How things are called and ordered: implementations, architectures, metrics, places."""

import re
import unicodedata

from benchmarks.metrics.evaluate import metric_of
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
    "torch+graph",
    "torch+tf32",
    "torch+bf16",
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
#: Between a recipe's label and the name of a variant of it.
VARIANT = ":"
#: Escape codes and the like, which records may hold in any text.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: What colours a terminal's text: error messages of Keras have it.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TORCH = "torch"
TORCH_COMPILE = "torch+compile"
OPERATIONS = {"train_step": "train step", "train_epoch": "train epoch", "predict": "predict"}


#: How the words of a recipe's label are written where they are not an architecture's name, or shorter than its title.
LABEL_TITLES = {
    "rnn": "RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "seq2seq": "seq2seq",
    "additive": "additive attention",
    "multiplicative": "multiplicative attention",
}


def implementation_rank(name: str) -> tuple[int, str]:
    """Sort key of an implementation."""
    known = IMPLEMENTATION_ORDER
    return (known.index(name) if name in known else len(known), name)


def higher_is_better(metric: str) -> bool | None:
    """Which way a metric is good; None for one that this Threefold does not know."""
    return metric_of(metric).higher_is_better


def architecture_rank(label: str) -> tuple[int, str]:
    """Sort key of a network's label."""
    known = ARCHITECTURE_ORDER
    recipe, _, _ = label.partition(VARIANT)
    return (known.index(recipe) if recipe in known else len(known), label)


def architecture_title(label: str) -> str:
    """`CNN` for `cnn`, `LSTM-2` for `lstm-2`; other words as they are. `MLP: sgd` for the variant `mlp:sgd`."""
    recipe, variant, name = label.partition(VARIANT)
    title = "-".join(_title(word) for word in recipe.split("-"))
    return f"{title}: {name}" if variant else title


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
    return isinstance(cell, AccuracyCell) and cell.is_baseline


def one_line(text: str) -> str:
    """A text without line breaks, control characters and runs of blanks, so that it fits a table and an SVG."""
    if text.isprintable():
        return " ".join(text.split())
    plain = COLOURS.sub("", text)
    printable = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in plain)
    return " ".join(printable.split())


def without_controls(text: str) -> str:
    """A page or a table without characters that steer a terminal; line breaks and tabs stay."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def slug(text: str, taken: set[str]) -> str:
    """A file name's part out of any text: lower case letters, digits and hyphens, none of those `taken`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split()) or "unnamed"
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate

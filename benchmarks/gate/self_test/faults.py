"""Faults of the mathematics that are planted in the candidate's sources."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from impls.errors import ThreefoldError


@dataclass(frozen=True)
class Fault:
    """A change of a source file that makes the training another one."""

    name: str
    path: str
    old: str
    new: str
    #: The default cells that it reaches.
    cells: tuple[str, ...]


_ADAM = "impls/scratch/optimizers.py"
_TORCH = "impls/engines/in_torch/optimizers.py"
_KERAS = "impls/engines/in_keras/backends/tensorflow_optimizers.py"

FAULTS = (
    Fault(
        "epsilon ten times too large, NumPy",
        _ADAM,
        "root += self.training.epsilon",
        "root += 10 * self.training.epsilon",
        ("mlp numpy", "cnn numpy", "lstm numpy", "transformer numpy"),
    ),
    Fault(
        "epsilon ten times too large, PyTorch",
        _TORCH,
        "optim.Adam(parameters, rate, betas, epsilon, capturable",
        "optim.Adam(parameters, rate, betas, 10 * epsilon, capturable",
        ("mlp torch",),
    ),
    Fault(
        "epsilon ten times too large, Keras",
        _KERAS,
        "self.training.epsilon * root",
        "10 * self.training.epsilon * root",
        ("mlp keras-tensorflow",),
    ),
    Fault(
        "input and forget gate swapped, NumPy",
        "impls/scratch/lstm.py",
        "i, f, o, g = gates\n        cell,",
        "f, i, o, g = gates\n        cell,",
        ("lstm numpy",),
    ),
    Fault(
        "decay left out, NumPy",
        _ADAM,
        "1.0 - training.learning_rate * training.decay",
        "1.0",
        ("cnn numpy", "transformer numpy"),
    ),
    Fault(
        "decay left out, PyTorch",
        _TORCH,
        "betas, epsilon, training.decay, capturable",
        "betas, epsilon, 0.0, capturable",
        ("lstm torch",),
    ),
)


@contextmanager
def planted(fault: Fault, tree: Path) -> Iterator[None]:
    """The fault in this tree's sources, taken out afterwards.

    Raises:
        ThreefoldError: the text that it replaces is not there.
    """
    path = tree / fault.path
    sound = path.read_text(encoding="utf-8")
    if fault.old not in sound:
        raise ThreefoldError(f"{fault.path}: does not hold {fault.old!r}; correct benchmarks/gate/self_test/faults.py")
    _write(path, sound.replace(fault.old, fault.new))
    try:
        yield
    finally:
        _write(path, sound)


def _write(path: Path, text: str) -> None:
    """Also without its compiled form: Python takes one of the same second and size for current."""
    path.write_text(text, encoding="utf-8")
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)

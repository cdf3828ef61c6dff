"""What a gate measures: Threefold's default cells, or those that a project's `gate.toml` names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from benchmarks.printable import shortened
from benchmarks.records.cells import Frozen
from benchmarks.records.store import first_problem
from benchmarks.suites.reading import toml_content
from impls.errors import ThreefoldError

#: The file at the root of a repository that describes its gate.
FILE = "gate.toml"


class GateFileError(ThreefoldError):
    """A `gate.toml` cannot be used."""


class GateCell(Frozen):
    """One model that is timed, whose peak memory is taken and whose training is followed."""

    name: str = Field(min_length=1, pattern=r"^[^\x00-\x1f/\\]+$")
    #: A function of the tree, `package.module:function`: takes the dtype's name, returns a `Model` and its batches.
    build: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")
    #: A function of the tree that takes seed and fold and returns metrics by name.
    accuracy: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")
    #: What is timed.
    operations: tuple[str, ...] = ("train_step", "predict")
    #: Instead of `build`: one of Threefold's networks, which learns scikit-learn's digits.
    architecture: str | None = None
    settings: Mapping[str, Any] = {}
    input_shape: tuple[int, ...] = ()
    implementation: str | None = None
    training: Mapping[str, Any] = {}
    batch_size: int = 32

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.build is None) == (self.architecture is None or self.implementation is None):
            raise ValueError("give either build, or architecture and implementation")
        unknown = set(self.operations) - {"train_step", "predict", "train_epoch"}
        if unknown or not self.operations:
            raise ValueError("operations are train_step, predict and train_epoch")
        return self

    @property
    def has_accuracy(self) -> bool:
        """Whether there is something to train and to evaluate."""
        return self.build is None or self.accuracy is not None


class GateFile(Frozen):
    """A project's gate."""

    #: Files and folders of the repository that decide what is measured; if none of their code changed, nothing did.
    sources: tuple[str, ...] = ("impls",)
    #: File of pinned packages, `name==version` a line; None pins nothing.
    pins: str | None = "constraints.txt"
    #: Folders of a tree that its modules are imported from.
    python_path: tuple[str, ...] = (".",)
    cell: tuple[GateCell, ...] = ()
    #: Arguments of pytest that run a pytest-benchmark suite.
    pytest: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        names = [cell.name for cell in self.cell]
        if len(set(names)) < len(names):
            raise ValueError("two cells have the same name")
        if not self.cell and not self.pytest:
            raise ValueError("give [[cell]]s, or pytest = [...] for a pytest-benchmark suite")
        return self


def read_gate_file(path: Path | None, repository: Path) -> GateFile:
    """The gate of this file; without one that of the repository's `gate.toml`, or Threefold's own.

    Raises:
        GateFileError: the file is not there, or is no gate.
    """
    if path is None and not (repository / FILE).exists():
        return DEFAULT
    path = path or repository / FILE
    if path.exists() and not path.is_file():
        raise GateFileError(f"{path}: is no file; give one with --file, or leave --file out")
    try:
        return GateFile.model_validate(toml_content(path.read_bytes()))
    except FileNotFoundError:
        raise GateFileError(f"{path}: does not exist; write one (docs/gate.md) or leave --file out") from None
    except ValidationError as error:
        raise GateFileError(f"{path}: {first_problem(error)}") from None
    except ValueError as error:  # of TOML, of UTF-8, of an integer with thousands of digits, or nested without end
        raise GateFileError(f"{path}: is no TOML ({shortened(str(error), 200)})") from None


def _default(name: str, implementation: str, **settings: Any) -> GateCell:
    return GateCell(name=f"{name} {implementation}", implementation=implementation, **settings)


_MLP: dict[str, Any] = {
    "architecture": "mlp",
    "settings": {"inputs": 64, "hidden": (128, 64), "outputs": 10},
    "input_shape": (64,),
    "training": {"optimizer": "adam", "learning_rate": 1e-3},
}
_CNN: dict[str, Any] = {
    "architecture": "cnn",
    "settings": {"inputs": (8, 8, 1), "channels": (8, 16), "hidden": (32,), "outputs": 10},
    "input_shape": (8, 8, 1),
    "training": {"optimizer": "adamw", "learning_rate": 3e-3},
}
_LSTM: dict[str, Any] = {
    "architecture": "recurrent",
    "settings": {"length": 8, "features": 8, "cell": "lstm", "units": (64,), "outputs": 10},
    "input_shape": (8, 8),
    "training": {"optimizer": "adam", "learning_rate": 3e-3, "clip_norm": 1.0},
}
_TRANSFORMER: dict[str, Any] = {
    "architecture": "transformer",
    "settings": {
        "source_length": 64,
        "source_tokens": 18,
        "outputs": 10,
        "width": 16,
        "heads": 2,
        "layers": 1,
        "feedforward": 32,
    },
    "input_shape": (64,),
    "training": {"optimizer": "adamw", "learning_rate": 3e-3},
    "batch_size": 16,
}

#: Every engine, every family of networks, and the update rules that people use: as little as covers them.
DEFAULT = GateFile(
    cell=(
        _default("mlp", "numpy", **_MLP),
        _default("cnn", "numpy", **_CNN),
        _default("lstm", "numpy", **_LSTM),
        _default("transformer", "numpy", **_TRANSFORMER),
        _default("mlp", "torch", **_MLP),
        _default("lstm", "torch", **_LSTM | {"training": {"optimizer": "adamw", "learning_rate": 3e-3}}),
        _default("mlp", "keras-tensorflow", **_MLP),
    )
)

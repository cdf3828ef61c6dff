"""What a data set is: its description, its arrays, and the way from the files to the arrays."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from benchmarks.datasets.errors import DatasetCorrupt, DatasetError, DatasetMissing
from benchmarks.datasets.sources.cache import data_folder
from benchmarks.datasets.sources.content import content_sha256
from benchmarks.datasets.sources.ways import Files, Way
from impls import Array
from impls.plugins import reason, shown, where

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Data", "DataKind", "Dataset", "DatasetCorrupt", "DatasetError", "DatasetMissing"]

DataKind: TypeAlias = Literal["table", "images", "text", "tokens", "sequences", "series"]


@dataclass(frozen=True)
class Data:
    """The examples, as published: nothing is scaled or encoded, and what has an order keeps it.

    By kind of data set, the inputs are
    images: (examples, height, width, channels), uint8;
    table: (examples, features), float64, or a DataFrame whose text columns are categorical, all categories declared;
    text: (examples,), strings, as `benchmarks.datasets.formats.texts` makes them;
    tokens: (examples, positions), int64, numbered as in `impls.spec.tokens`;
    sequences: (examples, steps, features), float64; nan after the end of one that is shorter than the longest;
    series: (times, columns), float64, in the order of time.
    """

    inputs: "Array | pd.DataFrame"
    #: Class numbers (examples,), int64; for regression (examples, 1), float64; for tokens (examples, positions), int64,
    #: 0 where nothing is asked; for text into text (examples,), strings; for series the column to forecast, (times, 1).
    targets: Array
    #: How many of the last examples are the test part, as published or as the data set's file says; 0: there is none.
    test_examples: int = 0
    #: Names of the classes in the order of their numbers; empty for regression.
    classes: tuple[str, ...] = ()
    #: A number for each example, (examples,), int64: those of one number are variants of one another, and are never on
    #: both sides of a split. None: each example stands for itself.
    groups: Array | None = None


@dataclass(frozen=True)
class Dataset:
    """A data set's description, and how its arrays are obtained."""

    #: What users call it; the file's name with hyphens.
    name: str
    title: str
    kind: DataKind
    examples: int
    #: Shape of one example as loaded: (columns,), (height, width, channels), …; () for a text.
    shape: tuple[int, ...]
    #: Where it is described, or comes from originally.
    source: str
    licence: str
    #: The reference to cite.
    citation: str
    #: Size of the file or files that it is read from, as published; 0 where it is generated.
    size_bytes: int
    #: SHA-256 of the loaded arrays, by `content.content_sha256`.
    sha256: str
    #: How it can be obtained, the preferred way first.
    ways: tuple[Way, ...]
    #: From the files that a way delivers (none for data in a package) to the arrays.
    parse: Callable[[Files], Data]
    test_examples: int = 0
    #: What the examples of a group have in common, in words, where the data has groups.
    groups: str = ""

    def __post_init__(self) -> None:
        for field in ("name", "title", "source", "licence", "citation"):
            value = getattr(self, field)
            self._require(isinstance(value, str) and bool(value), field, "a text that is not empty")
        self._require(self.kind in get_args(DataKind), "kind", f"one of {', '.join(get_args(DataKind))}")
        self._require(isinstance(self.examples, int) and self.examples > 0, "examples", "how many there are")
        is_shape = isinstance(self.shape, tuple) and all(isinstance(each, int) and each > 0 for each in self.shape)
        self._require(is_shape, "shape", "the shape of one example, a tuple such as (13,)")
        is_hash = isinstance(self.sha256, str) and re.fullmatch("[0-9a-f]{64}", self.sha256) is not None
        self._require(is_hash, "sha256", "64 hexadecimal digits")
        self._require(isinstance(self.ways, tuple), "ways", "a tuple of the ways to get it, such as (Generated(),)")
        self._require(callable(self.parse), "parse", "a function from files to Data")
        self._require(0 <= self.test_examples < self.examples, "test_examples", "fewer than there are examples")

    def _require(self, holds: bool, field: str, wanted: str) -> None:
        if not holds:
            raise DatasetError(f"data set {self.name!r}: {field}={shown(getattr(self, field))}; give {wanted}")

    def place(self, cache: Path | None = None) -> str | None:
        """Where the data lies, in words; None where it is missing.

        Args:
            cache: the data cache; None is `cache.data_folder()`.
        """
        way = next((way for way in self.ways if way.present(self.folder(cache))), None)
        return None if way is None else way.place(self.folder(cache))

    def load(self, cache: Path | None = None) -> Data:
        """The examples, checked against the pinned SHA-256; downloads nothing.

        A damaged copy is skipped if another way has an intact one.

        Raises:
            DatasetMissing: no way has it; the message names the ways to get it.
            DatasetCorrupt: what is there is not what was published.
        """
        damage: DatasetCorrupt | None = None
        for way in self.ways:
            if way.present(self.folder(cache)):
                try:
                    return self.load_from(way, cache)
                except DatasetCorrupt as error:
                    damage = damage or error
        if damage is not None:
            raise damage
        raise DatasetMissing(f"data set {self.name!r} is not on this machine; get it by {self.how_to_get()}")

    def load_from(self, way: Way, cache: Path | None = None) -> Data:
        """The examples by one way, checked against the pinned SHA-256.

        Raises:
            DatasetCorrupt: what is there is not what was published.
        """
        folder = self.folder(cache)
        place, remedy = way.place(folder), way.remedy(self.name)
        try:
            data = self.parse(way.read(folder))
        except DatasetCorrupt as error:
            raise DatasetCorrupt(f"data set {self.name!r} is damaged: {error}; {remedy}") from error
        except (OSError, MemoryError):
            raise
        except Exception as error:  # whatever somebody's own function raises
            raise DatasetError(f"data set {self.name!r}: parse failed{where(error)}: {reason(error)}") from error
        self._check(data)
        digest = content_sha256(data.inputs, data.targets)
        if digest != self.sha256:
            raise DatasetCorrupt(
                f"data set {self.name!r}, {place}, is not the published one: its arrays have SHA-256 {digest}, "
                f"expected {self.sha256}; {remedy}"
            )
        return data

    def _check(self, data: Data) -> None:
        """Whether the arrays are of the size that the description says.

        Raises:
            DatasetError: they are not; the message names the field.
        """
        if not isinstance(data, Data):
            raise DatasetError(f"data set {self.name!r}: parse returned {shown(data)}; let it return Data")
        facts = {
            "examples": len(data.inputs),
            "shape": tuple(data.inputs.shape[1:]),
            "test_examples": data.test_examples,
        }
        for field, value in facts.items():
            said = getattr(self, field)
            if said != value:
                raise DatasetCorrupt(f"data set {self.name!r}: {field}={said!r}, but the data has {value!r}")
        if len(data.targets) != len(data.inputs):
            raise DatasetError(
                f"data set {self.name!r}: parse returned {len(data.inputs)} inputs, but {len(data.targets)} targets"
            )
        numbered = data.classes and data.targets.ndim == 1 and data.targets.dtype.kind in "iu"
        if numbered and not 0 <= data.targets.min() <= data.targets.max() < len(data.classes):
            raise DatasetError(
                f"data set {self.name!r}: parse returned targets {data.targets.min()} to {data.targets.max()}, but "
                f"{len(data.classes)} classes; number them from 0, and name each"
            )

    def how_to_get(self) -> str:
        """The ways to get it, in words."""
        commands = [f"`{way.command(self.name)}`" for way in self.ways]
        return " or ".join(dict.fromkeys(commands))

    def folder(self, cache: Path | None = None) -> Path:
        """The data set's own folder in the data cache."""
        return (cache or data_folder()) / self.name

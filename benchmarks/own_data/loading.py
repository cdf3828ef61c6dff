"""From a user's own file to the examples, as its definition says."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.datasets.base import Data
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import text_array
from benchmarks.datasets.sources.ways import Files
from benchmarks.own_data.columns import as_loaded, numbers_of
from benchmarks.own_data.definition import Column, Definition
from benchmarks.own_data.reading import read_table
from impls import Array

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class OwnFile:
    """A way of getting data: a file of the user's own, which is read where it lies."""

    path: Path
    sha256: str

    def present(self, _: Path, /) -> bool:
        return self.path.is_file()

    def place(self, _: Path, /) -> str:
        return f"in {self.path}"

    def read(self, _: Path, /) -> Files:
        content = self.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise DatasetCorrupt(f"{self.path} has changed since the run began")
        return {self.path.name: content}

    def command(self, _: str, /) -> str:
        return f"putting {self.path} back"

    def remedy(self, _: str, /) -> str:
        return "leave the file as it is while a run reads it, or run it into another folder"


def parse(definition: Definition, files: Files) -> Data:
    """The examples of the file that the definition is of."""
    ((name, content),) = files.items()
    return table_data(definition, read_table(Path(name), content))


def table_data(definition: Definition, frame: "pd.DataFrame") -> Data:
    """The examples of a table or of a column of texts: the rows that have a target."""
    import pandas as pd

    frame = frame[frame[definition.target].notna()].reset_index(drop=True)
    targets = targets_of(definition, frame[definition.target])
    if definition.form == "text":
        texts = frame[definition.text].fillna("").astype(str)
        return Data(text_array(texts.tolist()), targets, classes=definition.classes)
    columns = dict(pair for column in definition.used for pair in as_loaded(column, frame[column.name]))
    return Data(pd.DataFrame(columns), targets, classes=definition.classes)


def targets_of(definition: Definition, values: "pd.Series") -> Array:
    """Class numbers (examples,), or numbers (examples, 1)."""
    import pandas as pd

    if definition.problem == "regression":
        return numbers_of(values).to_numpy(np.float64)[:, np.newaxis]
    codes = pd.Categorical(class_names(values), categories=list(definition.classes)).codes
    return codes.astype(np.int64)


def class_names(values: "pd.Series") -> "pd.Series":
    """The values as names of classes: 3.0, which a missing value makes of a 3, is 3 again."""
    if values.dtype.kind == "f" and (np.isfinite(values) & (values == values.round())).all():
        values = values.astype("int64")
    return values.astype(str).str.strip()


def loaded_names(column: Column) -> tuple[str, ...]:
    """The names of the columns that `as_loaded` makes of a column."""
    if column.role == "date":
        return tuple(f"{column.name} ({part})" for part in ("days", "sine of the year", "cosine of the year"))
    return (column.name,)

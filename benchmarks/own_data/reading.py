"""Files as tables: CSV and its kin, Parquet, and array files of NumPy, read without running anything in them."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.datasets.formats.texts import decoded
from benchmarks.datasets.sources.checks import unpacked
from benchmarks.own_data.errors import OwnDataError
from impls import Array
from impls.plugins import reason

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
#: What stands for a value that is not there, beside nothing at all.
MISSING_MARKS = ("?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None")
#: What is taken for a year where it stands among the names of columns.
FIRST_YEAR, LAST_YEAR = 1500, 2200
ENDINGS = (".csv", ".tsv", ".txt", ".data", ".parquet", ".npz", ".npy")


def read_file(path: Path) -> bytes:
    """A file's content.

    Raises:
        OwnDataError: it is not there, or is no file.
    """
    if not path.exists():
        raise OwnDataError(f"{path}: does not exist")
    if path.is_dir():
        raise OwnDataError(f"{path}: is a folder; give a file")
    if not path.is_file():
        raise OwnDataError(f"{path}: is a device or pipe; give a file")
    try:
        str(path.resolve()).encode()
    except UnicodeEncodeError:
        raise OwnDataError(f"{path}: its path holds bytes that are not UTF-8; rename it") from None
    return path.read_bytes()


def read_table(path: Path, content: bytes) -> "pd.DataFrame":
    """A file's content as a table whose columns have distinct names.

    Args:
        path: says by its ending what it is; not opened.
        content: the file's.

    Raises:
        OwnDataError: it is no such file, is damaged, or holds no table.
    """
    ending = ending_of(path)
    if not content:
        raise OwnDataError(f"{path}: is empty")
    if ending == ".parquet":
        frame = _parquet(path, content)
    elif ending in (".npz", ".npy"):
        frame = _from_arrays(path, read_arrays(path, content))
    else:
        frame = _separated(path, decoded(unpacked(content, str(path)), str(path)).removeprefix("\ufeff"))
    if len(frame) == 0:
        raise OwnDataError(f"{path}: has column names but no rows")
    return frame


def ending_of(path: Path) -> str:
    """What a file is, by its name.

    Raises:
        OwnDataError: we cannot read it.
    """
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in ENDINGS:
        raise OwnDataError(f"{path}: is none of {', '.join(ENDINGS)}; save the table as CSV or Parquet")
    return ending.lower()


def read_arrays(path: Path, content: bytes) -> Mapping[str, Array]:
    """The arrays of an `.npz` file by name; of an `.npy` file the one, by the name `data`; nothing is unpickled.

    Raises:
        OwnDataError: it is no such file, or holds Python objects.
    """
    try:
        loaded = np.load(io.BytesIO(content), allow_pickle=False)
        arrays = {"data": loaded} if isinstance(loaded, np.ndarray) else {name: loaded[name] for name in loaded.files}
    except Exception as error:  # whatever damaged headers and archives make of NumPy and `zipfile`
        if isinstance(error, ValueError) and "pickle" in str(error):
            message = "holds Python objects, which are not read; save arrays of numbers or of strings"
            raise OwnDataError(f"{path}: {message}") from None
        raise OwnDataError(f"{path}: is no whole array file of NumPy ({reason(error)})") from None
    for name, array in arrays.items():
        for column in [array[field] for field in array.dtype.names] if array.dtype.names else [array]:
            if not _holds_texts(column):
                raise OwnDataError(f"{path}: array {name!r} holds texts that are damaged; save it anew")
    return arrays


def _holds_texts(array: Array) -> bool:
    """Whether the code points of an array of texts are some: NumPy reads any, and breaks at the first that is none."""
    if array.dtype.kind != "U" or array.size == 0 or array.dtype.itemsize == 0:
        return True
    codes = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("=")).view(np.uint32)
    return bool(((codes < 0xD800) | ((codes > 0xDFFF) & (codes <= 0x10FFFF))).all())


def _parquet(path: Path, content: bytes) -> "pd.DataFrame":
    import pandas as pd

    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except Exception as error:  # also what pandas makes of its own damaged notes in the file
        raise OwnDataError(f"{path}: is no whole Parquet file ({reason(error)})") from None
    frame.columns = [str(name) for name in frame.columns]
    _check_names(path, list(frame.columns))
    frame = frame.reset_index(drop=True)
    for name in frame.columns:
        if _holds_decimals(frame[name]):
            frame[name] = frame[name].astype("float64")
    return frame


def _holds_decimals(values: "pd.Series") -> bool:
    """Whether its numbers are Python's decimal ones, as Parquet has them."""
    if values.dtype != "object":
        return False
    present = values.dropna()
    return len(present) > 0 and all(isinstance(each, Decimal) for each in present)


def _separated(path: Path, text: str) -> "pd.DataFrame":
    import pandas as pd

    separator = _separator(path, text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        names = [name.strip() for name in next(rows)]
        for row in rows:
            if row and len(row) != len(names):
                raise OwnDataError(
                    f"{path}: line {rows.line_num} has {len(row)} field{'s' * (len(row) > 1)}, the first line "
                    f"has {len(names)} names ({SEPARATORS[separator]} separates them)"
                )
    except csv.Error as error:
        raise OwnDataError(f"{path}: line {rows.line_num} cannot be read ({error})") from None
    numbers = [name for name in names if _is_number(name)]
    if numbers and not _may_be_names(numbers):
        raise OwnDataError(f"{path}: its first line holds {numbers[0]!r}, no column names; add a line of names")
    names = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    _check_names(path, names)
    try:
        return pd.read_csv(
            io.StringIO(text, newline=""),
            sep=separator,
            header=0,
            names=names,
            index_col=False,
            skipinitialspace=True,
            keep_default_na=False,
            na_values=["", *MISSING_MARKS],
            decimal="," if _has_decimal_commas(text, separator) else ".",
            low_memory=False,
        )
    except ValueError as error:  # a line that is whole to one reader and not to the other
        raise OwnDataError(f"{path}: cannot be read as a table ({reason(error)})") from None


def _separator(path: Path, text: str) -> str:
    """The one that cuts the first line into the most fields."""
    lines = text[:100_000].splitlines()[:20]
    best, fields = "", 1
    for separator in SEPARATORS:
        try:
            first = next((row for row in csv.reader(lines, delimiter=separator, skipinitialspace=True) if row), [])
        except csv.Error:
            continue
        if len(first) > fields:
            best, fields = separator, len(first)
    if not best:
        known = ", ".join(SEPARATORS.values())
        raise OwnDataError(f"{path}: its first line has a single column; separate columns by one of {known}")
    return best


def _has_decimal_commas(text: str, separator: str) -> bool:
    """Whether numbers are written 1,5, as where a semicolon separates columns; dots then occur in none."""
    if separator != ";":
        return False
    cells = [cell.strip() for row in csv.reader(text[:100_000].splitlines()[1:50], delimiter=separator) for cell in row]
    return any("," in cell and _is_number(cell.replace(",", ".")) for cell in cells)


def _from_arrays(path: Path, arrays: Mapping[str, Array]) -> "pd.DataFrame":
    import pandas as pd

    named: list[tuple[str, Array]] = []
    for name, array in arrays.items():
        if array.ndim not in (1, 2) or (array.dtype.names and array.ndim != 1):
            raise OwnDataError(f"{path}: array {name!r} has {array.ndim} axes; a table's have 1 or 2")
        if array.dtype.names:
            named += [(field, array[field]) for field in array.dtype.names]
        elif array.ndim == 1:
            named.append((name, array))
        else:
            prefix = "" if name == "data" else f"{name}_"
            named += [(f"{prefix}{number}", array[:, number]) for number in range(array.shape[1])]
    _check_names(path, [name for name, _ in named])
    columns = dict(named)
    if several := [name for name, column in named if column.ndim != 1]:
        raise OwnDataError(f"{path}: field {several[0]!r} holds arrays, no single values; save each as a column")
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {length}" for name, length in list(lengths.items())[:5])
        raise OwnDataError(f"{path}: its arrays are of different lengths ({shown})")
    if not columns:
        raise OwnDataError(f"{path}: holds no arrays")
    return pd.DataFrame(columns)


def _check_names(path: Path, names: list[str]) -> None:
    name, count = Counter(names).most_common(1)[0] if names else ("", 0)
    if count > 1:
        raise OwnDataError(f"{path}: {count} columns are called {name!r}; give them different names")


def _may_be_names(numbers: list[str]) -> bool:
    """Whether the numbers of a first line name columns: years that ascend, or 0, 1, 2 … as programs number columns."""
    if len(numbers) < 2 or not all(number.isdecimal() for number in numbers):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(numbers)}
    years = all(len(number) == 4 and FIRST_YEAR <= int(number) <= LAST_YEAR for number in numbers)
    return (years and min(steps) > 0) or (len(numbers) > 2 and steps == {1} and int(numbers[0]) in (0, 1))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "infinity")

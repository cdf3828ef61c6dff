"""Tables as CSV and Parquet files: unrounded numbers, the same bytes for the same results."""

import csv
import io
import types
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, BinaryIO, Union, get_args, get_origin, get_type_hints

#: Significant digits: more than any result is reproducible to, fewer than rounding of the last bits would show in.
DIGITS = 10
#: A text that begins so would be run as a formula by spreadsheets; an apostrophe before it makes it a text there.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(row_type: type[Any], rows: Sequence[Any], leave_out: Collection[str] = ()) -> str:
    """A CSV table with a column for each field of the row's dataclass, but those left out; None is an empty field."""
    columns = [field.name for field in fields(row_type) if field.name not in leave_out]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_field(getattr(row, column)) for column in columns] for row in rows)
    return out.getvalue()


def write_parquet(file: BinaryIO, row_type: type[Any], rows: Sequence[Any], leave_out: Collection[str] = ()) -> None:
    """The same table as Parquet, with a type for each column, so that nothing has to be guessed when it is read."""
    import pyarrow as pa  # only reports that are written need it
    import pyarrow.parquet as pq

    hints = get_type_hints(row_type)
    names = [field.name for field in fields(row_type) if field.name not in leave_out]
    known = {float: pa.float64(), int: pa.int64(), bool: pa.bool_()}
    schema = pa.schema([(name, known.get(_value_type(hints[name]), pa.string())) for name in names])
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    pq.write_table(pa.table(columns, schema=schema), file)


def _value_type(hint: Any) -> Any:
    """The type of the values that are there: `float` for `float | None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) and not _is_number(value) else value
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

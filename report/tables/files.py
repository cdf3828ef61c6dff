"""Tables as CSV and Parquet files: unrounded numbers, the same bytes for the same results."""

import csv
import io
import types
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, Union, get_args, get_origin, get_type_hints

from benchmarks.records.output_files import check_tables

#: Significant digits: more than any result is reproducible to, fewer than rounding of the last bits would show in.
DIGITS = 10
#: A text that begins so would be run as a formula by spreadsheets; an apostrophe before it makes it a text there.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(row_type: type[Any], rows: Sequence[Any], leave_out: Collection[str] = ()) -> str:
    """A CSV table with a column for each field of the row's dataclass, but those left out; None is an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_columns(row_type, leave_out))
    writer.writerows(_written(row_type, rows, leave_out, _field))
    return out.getvalue()


def write_parquet(file: BinaryIO, row_type: type[Any], rows: Sequence[Any], leave_out: Collection[str] = ()) -> None:
    """The same table as Parquet, with a type for each column, so that nothing has to be guessed when it is read.

    Texts are as they are, numbers whole, and None is null, in a column of texts too. (Arrow makes the columns from a
    CSV text in memory: made from lists, they would load pandas, which takes longer than all tables.)
    """
    import pyarrow as pa  # only reports that are written need it
    import pyarrow.csv
    import pyarrow.parquet as pq

    names = _columns(row_type, leave_out)
    known = {float: pa.float64(), int: pa.int64(), bool: pa.bool_()}
    types_of = _value_types(row_type)
    schema = pa.schema([(name, known.get(types_of[name], pa.string())) for name in names])
    lines = map(",".join, _written(row_type, rows, leave_out, _whole))
    table = pyarrow.csv.read_csv(
        io.BytesIO("\n".join([",".join(map(_whole, names)), *lines, ""]).encode()),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        # A text in quotes is one also where it is empty; without them there is nothing.
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    pq.write_table(table, file)


def check_table_files(folder: Path, name: str, row_type: type[Any], titles: Collection[str]) -> None:
    """Whether the files of a table may be written: what is there under their names is an earlier table of ours.

    Args:
        folder: of the tables.
        name: of the table.
        row_type: of its rows.
        titles: of its columns in Markdown.

    Raises:
        RunFolderError: a file is somebody else's.
    """
    columns = _columns(row_type, ())
    check_tables(folder, name, columns, [*titles, *columns], _columns_of_parquet)


def _columns_of_parquet(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return []


def _columns(row_type: type[Any], leave_out: Collection[str]) -> list[str]:
    return [field.name for field in fields(row_type) if field.name not in leave_out]


def _written(
    row_type: type[Any], rows: Sequence[Any], leave_out: Collection[str], write: Callable[[object], str]
) -> Iterator[tuple[str, ...]]:
    """Each row as its fields are written; a text, which stands in many rows, once."""
    types_of = _value_types(row_type)
    columns: list[list[str]] = []
    for name in _columns(row_type, leave_out):
        values = list(map(attrgetter(name), rows))
        if types_of[name] is str:
            texts = {value: write(value) for value in set(values)}
            columns.append([texts[value] for value in values])
        else:
            columns.append(list(map(write, values)))
    return zip(*columns, strict=True)


def _whole(value: object) -> str:
    """For Arrow: every digit, texts as they are and in quotes, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else '"' + str(value).replace('"', '""') + '"'


def _value_types(row_type: type[Any]) -> dict[str, Any]:
    """Field -> the type of the values that are there."""
    return {name: _value_type(hint) for name, hint in get_type_hints(row_type).items()}


def _value_type(hint: Any) -> Any:
    """`float` for `float | None`."""
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

"""Tables as CSV files: whole numbers, the same bytes for the same results."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

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

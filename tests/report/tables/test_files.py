"""CSV files hold texts, never formulas of a spreadsheet; Parquet files hold the same with types."""

import io
import math
from dataclasses import dataclass
from typing import Literal

import pytest
from pyarrow import parquet

from report.tables.files import csv_text, write_parquet


@dataclass
class Row:
    label: object


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert "'" + text in csv_text(Row, [Row(text)])


@pytest.mark.parametrize(("value", "written"), [("a=b", "a=b"), ("-0.5", "-0.5"), (-0.5, "-0.5"), (-3, "-3")])
def test_numbers_and_other_texts_stay_as_they_are(value: object, written: str) -> None:
    assert csv_text(Row, [Row(value)]) == f"label\n{written}\n"


@dataclass
class Typed:
    name: Literal["a", "b"]
    mean: float | None
    count: int | None
    passed: bool
    run: str


def test_parquet_keeps_types_and_whole_numbers() -> None:
    file = io.BytesIO()
    rows = [Typed("a", 1 / 3, None, True, "r"), Typed("b", None, 7, False, "r")]
    write_parquet(file, Typed, rows, leave_out=("run",))
    table = parquet.read_table(io.BytesIO(file.getvalue()))
    assert [str(field.type) for field in table.schema] == ["string", "double", "int64", "bool"]
    assert table.to_pydict() == {"name": ["a", "b"], "mean": [1 / 3, None], "count": [None, 7], "passed": [True, False]}


def test_parquet_keeps_texts_that_a_csv_reader_might_take_for_more() -> None:
    texts = ["", "NA", "null", "=1+1", 'a "quoted", text', "two\nlines", "ü\u2028", "nan"]
    file = io.BytesIO()
    rows = [Typed(text, math.inf, 1, True, "r") for text in texts]
    write_parquet(file, Typed, rows)  # type: ignore[arg-type]  # a row of no table of ours
    table = parquet.read_table(io.BytesIO(file.getvalue())).to_pydict()
    assert table["name"] == texts
    assert table["mean"] == [math.inf] * len(texts)


@dataclass
class Named:
    label: str | None


def test_parquet_distinguishes_an_empty_text_from_none() -> None:
    file = io.BytesIO()
    labels = [None, "", "a", None, "b", "", None]
    write_parquet(file, Named, [Named(label) for label in labels])
    assert parquet.read_table(io.BytesIO(file.getvalue())).to_pydict() == {"label": labels}


def test_an_empty_table_keeps_its_types() -> None:
    file = io.BytesIO()
    write_parquet(file, Typed, [])
    assert [str(field.type) for field in parquet.read_table(io.BytesIO(file.getvalue())).schema][1:3] == [
        "double",
        "int64",
    ]

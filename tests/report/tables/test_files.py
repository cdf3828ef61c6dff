"""CSV files hold texts, never formulas of a spreadsheet."""

from dataclasses import dataclass

import pytest

from report.tables.files import csv_text


@dataclass
class Row:
    label: object


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert "'" + text in csv_text(Row, [Row(text)])


@pytest.mark.parametrize(("value", "written"), [("a=b", "a=b"), ("-0.5", "-0.5"), (-0.5, "-0.5"), (-3, "-3")])
def test_numbers_and_other_texts_stay_as_they_are(value: object, written: str) -> None:
    assert csv_text(Row, [Row(value)]) == f"label\n{written}\n"

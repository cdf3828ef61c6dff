import re
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics.base import Metric
from benchmarks.metrics.evaluate import METRICS
from report.tables.views.base import Column, Row, TableCell, View, condensed, markdown, quantity, text, view
from report.text import formatting
from report.text.naming import one_line, slug


@dataclass(frozen=True)
class Example:
    name: str
    low: float | None
    high: float | None
    run: str


COLUMNS = (Column("Name", "name"), quantity("Value", "low", formatting.number))
EXAMPLE = Example("a|b\n<c>", 1.0, 2.5, "first")


def _view(*rows: Example, run: Column | None = None) -> View:
    return view("t", "T", COLUMNS, rows, marked=lambda row: row.low is None, run=run)


def test_markdown_takes_everything_as_plain_text() -> None:
    assert markdown(_view(EXAMPLE)).splitlines() == [
        "| Name           |   Value |",
        "|:---------------|--------:|",
        "| a\\|b &lt;c&gt; |    1.00 |",
    ]


@given(st.text())
def test_any_text_is_one_field_of_one_line(content: str) -> None:
    table = View("t", "T", (Column("A"), Column("B")), (Row((text(content), text("end"))),))
    lines = markdown(table).split("\n")
    assert len(lines) == 3
    assert len(lines[2].replace("\\\\", "").replace("\\|", "").split("|")) == 4


def test_run_comes_first_where_there_are_several() -> None:
    table = _view(EXAMPLE, run=Column("Run", "run"))
    assert [column.title for column in table.columns] == ["Run", "Name", "Value"]
    assert [cell.text for cell in table.rows[0].cells] == ["first", "a|b <c>", "1.00"]


def test_quantity_of_two_fields_is_sorted_by_the_first() -> None:
    interval = quantity("Interval", ("low", "high"), formatting.between)
    assert interval.cell(EXAMPLE) == TableCell("1.00 to 2.50", 1.0)
    assert interval.cell(Example("none", None, None, "")) == TableCell("–", None)


def test_rows_are_marked_by_the_rule_given() -> None:
    assert [row.marked for row in _view(EXAMPLE, Example("none", None, None, "")).rows] == [False, True]


def test_columns_that_say_the_same_move_into_the_caption() -> None:
    columns = (Column("Task"), Column("Device"), Column("Reason"), Column("Seeds"))
    rows = [Row((text(task), text("cpu"), text(""), text(seeds))) for task, seeds in (("a", "1"), ("b", "3"))]
    table = condensed(View("t", "T", columns, tuple(rows)))
    assert table.caption == "T (in all rows device: cpu)"
    assert [column.title for column in table.columns] == ["Task", "Seeds"]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["a", "1"], ["b", "3"]]


def test_a_table_of_one_row_keeps_its_columns() -> None:
    assert condensed(_view(EXAMPLE)) == _view(EXAMPLE)


def test_empty_table_keeps_its_columns() -> None:
    assert markdown(_view()).splitlines()[0].split() == [
        "|",
        "Name",
        "|",
        "Value",
        "|",
    ]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formatting.seconds(0.0123456), "12.3 ms"),
        (formatting.seconds(1.5e-7), "150 ns"),
        (formatting.seconds(72.0), "72.0 s"),
        (formatting.seconds(3.2e-5), "32.0 µs"),
        (formatting.seconds(None), "–"),
        (formatting.seconds_between(0.0121, 0.0125), "12.10 ms to 12.50 ms"),
        (formatting.seconds_between(0.0004, 0.0125), "400 µs to 12 ms"),
        (formatting.seconds_between(0.0121, 0.0121), "12.1 ms to 12.1 ms"),
        (formatting.seconds_between(None, None), "–"),
        (formatting.rounded_by(0.6152, 0.25, 1.48), "0.6"),
        (formatting.rounded_by(2.0094, 1.92, 2.11), "2.01"),
        (formatting.rounded_by(0.90012, 0.8993, 0.9009), "0.9001"),
        (formatting.rounded_by(1234.5, 1100.0, 1400.0), "1,230"),
        (formatting.rounded_by(0.5, None, None), "0.500"),
        (formatting.between_rounded(0.25512, 1.4812), "0.26 to 1.5"),
        (formatting.between_rounded(1.9167, 2.1083), "1.92 to 2.11"),
        (formatting.between_rounded(None, None), "–"),
        (formatting.rounded_by(0.5, 0.5, 0.5), "0.500"),
        (formatting.seconds_rounded(0.0123456, 0.0121, 0.0125), "12.35 ms"),
        (formatting.metric_rounded(METRICS["accuracy"], 0.98765, 0.95, 0.99), "98.8 %"),
        (formatting.metric_rounded(METRICS["accuracy"], 0.98765, 0.5, 0.99), "99 %"),
        (formatting.metric_rounded(METRICS["accuracy"], 0.98765, None, None), "98.77 %"),
        (formatting.metric_interval_rounded(METRICS["accuracy"], 0.9530, 0.9943), "95.3 to 99.4 %"),
        (formatting.metric_interval_rounded(METRICS["r2"], 0.3704, 0.5979), "0.37 to 0.60"),
        (formatting.metric_spread(METRICS["accuracy"], 0.00123), "0.12 points"),
        (formatting.number(12345.6), "12,300"),
        (formatting.number(0.000012345), "1.23e-05"),
        (formatting.number(0.0), "0"),
        (formatting.number(-0.5), "-0.500"),
        (formatting.mebibytes(3 * 2**20), "3.00 MiB"),
        (formatting.counted(1, "core"), "1 core"),
        (formatting.counted(2, "core"), "2 cores"),
        (formatting.percent(0.98765), "98.77 %"),
        (formatting.p_value(0.0004), "< 0.001"),
        (formatting.p_value(0.0321), "0.032"),
        (formatting.metric_value(METRICS["accuracy"], 0.98765), "98.77 %"),
        (formatting.metric_value(METRICS["r2"], 0.48766), "0.4877"),
        (formatting.metric_value(Metric("rmse"), 54.0012345), "54.001"),
        (formatting.metric_interval(METRICS["accuracy"], 0.9, 0.95), "90.00 to 95.00 %"),
        (formatting.metric_difference(METRICS["accuracy"], 0.00123, unit=True), "+0.123 points"),
        (formatting.metric_difference(METRICS["r2"], -0.00123), "-0.00123"),
        (formatting.metric_difference(METRICS["r2"], 2.4e-8), "+2.4e-08"),
        (formatting.metric_difference(METRICS["accuracy"], -0.0), "+0.000"),
        (formatting.metric_margin(METRICS["accuracy"]), "0.5 points"),
        (formatting.metric_margin(METRICS["rmse"]), "–"),
        (formatting.metric_margin(METRICS["rmse"], 1.3214), "1.3"),
    ],
)
def test_numbers_for_reading(shown: str, expected: str) -> None:
    assert shown == expected


@given(st.text())
def test_one_line_has_no_controls(content: str) -> None:
    shown = one_line(content)
    assert not [letter for letter in shown if unicodedata.category(letter).startswith("C")]
    assert shown.split() == shown.split(" ") or shown == "", "one blank between words, none around"


def test_one_line_keeps_the_words() -> None:
    assert one_line("a\tb\r\n\x00c\u2028 d\u200be") == "a b c d e"
    assert one_line("a \x1b[1mbold\x1b[0m word") == "a bold word"


@given(st.lists(st.text(), max_size=5))
def test_slugs_are_plain_and_distinct(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        file_name = slug(name, taken)
        assert file_name not in taken
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", file_name)
        taken.add(file_name)

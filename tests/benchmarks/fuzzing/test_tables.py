"""Whatever a file of the user's own holds: it is understood or refused in one line, within 2 seconds."""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.own_data.describing import describe_file
from benchmarks.own_data.inference import infer
from tests.benchmarks.fuzzing.commands import COMMANDS, command, planning_alone
from tests.benchmarks.fuzzing.inputs import answered, fuzzed, odd_texts, odd_values, torn

ROWS = 40
CELLS = {
    "size": [str(number % 7) for number in range(ROWS)],
    "weight": [f"{number / 3:.2f}" for number in range(ROWS)],
    "day": [f"2024-01-{1 + number % 28:02}" for number in range(ROWS)],
    "words": ["a few words of text" if number % 3 else "others" for number in range(ROWS)],
    "kind": ["xyz"[number % 3] for number in range(ROWS)],
}
ODD_CELLS = [
    "", "nan", "inf", "-inf", "1e400", "9" * 400, "NA", "True", "0x10", "1_000", "1,5", "2024-02-30", "99/99/9999",
    "0000-00-00", "\x1b[31m", "\u2028", "\x00", "=cmd", '"', "\n", "\r", "x" * 5000, "-0", "1e-400",
]  # fmt: skip


@st.composite
def changed_tables(draw: st.DrawFn) -> dict[str, list[str]]:
    """A table with odd values, with a column that holds nothing else, or with odd names."""
    columns = {name: list(values) for name, values in CELLS.items()}
    odd = st.sampled_from(ODD_CELLS) | odd_texts
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(columns)))
        what = draw(st.sampled_from(["cell", "column", "alternate", "name", "all names"]))
        if what == "cell":
            columns[name][draw(st.integers(0, ROWS - 1))] = draw(odd)
        elif what == "column":
            columns[name] = [draw(odd)] * ROWS
        elif what == "alternate":
            pair = draw(odd), draw(odd)
            columns[name] = [pair[number % 2] for number in range(ROWS)]
        elif what == "name":
            columns[draw(odd)] = columns.pop(name)
        else:
            columns = {f"{draw(odd_texts)}{number}": values for number, values in enumerate(columns.values())}
    return columns


@st.composite
def separated(draw: st.DrawFn) -> bytes:
    """As CSV, well written, with fields as they are, or torn."""
    columns = draw(changed_tables())
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    if draw(st.booleans()):
        text = pd.DataFrame(columns).to_csv(index=False, sep=separator)
    else:
        lines = [separator.join(columns), *(separator.join(row) for row in zip(*columns.values(), strict=True))]
        text = "\n".join(lines)
    content = text.encode("utf-8", "replace")
    return draw(torn(content)) if draw(st.booleans()) else content


TARGETS = st.sampled_from(["kind", "size", "weight", "day", "words"])
PROBLEMS = st.sampled_from([None, "classification", "regression"])


@fuzzed()
@given(content=separated(), target=TARGETS, problem=PROBLEMS, text=st.sampled_from([None, None, "words"]))
def test_separated_values(folder: Path, content: bytes, target: str, problem: str | None, text: str | None) -> None:
    path = folder / "table.csv"
    path.write_bytes(content)
    answered(lambda: infer(path, target, problem=problem, text=text))


@pytest.fixture(scope="module")
def warm_tables(folder: Path) -> None:
    """Import what tables and plans need, whose time is not an input's."""
    path = folder / "warm.csv"
    pd.DataFrame(CELLS).to_csv(path, index=False)
    with planning_alone(), contextlib.suppress(AssertionError):
        command("run", "--table", path, "--target", "kind", "--out", folder / "never")


@fuzzed(COMMANDS)
@given(content=separated(), target=TARGETS, problem=PROBLEMS)
def test_what_the_command_prints_of_a_table(
    folder: Path, warm_tables: None, content: bytes, target: str, problem: str | None
) -> None:
    path = folder / "table.csv"
    path.write_bytes(content)
    options = [] if problem is None else ["--problem", problem]
    with planning_alone():
        command("run", "--table", path, "--target", target, *options, "--out", folder / "never")
        command("run", "--table", path, "--out", folder / "never")
    command("data", "describe", path, "--target", target)
    command("data", "describe", path)
    assert not (folder / "never").exists()


def parquet(columns: dict[str, list[str]]) -> bytes:
    out = io.BytesIO()
    pd.DataFrame(columns).convert_dtypes().to_parquet(out)
    return out.getvalue()


def typed() -> pd.DataFrame:
    """Numbers, dates, truth values, time spans, categories."""
    number = np.arange(ROWS)
    return pd.DataFrame(
        {
            "size": number % 7,
            "weight": number / 3,
            "day": pd.date_range("2024-01-01", periods=ROWS, tz="UTC"),
            "words": pd.Categorical(["a", "b"] * (ROWS // 2)),
            "kind": number % 2 == 0,
            "span": pd.to_timedelta(number, unit="h"),
        }
    )


@st.composite
def hostile_parquet(draw: st.DrawFn) -> bytes:
    """Texts of any kind, nested values where single ones belong, or a torn file."""
    kind = draw(st.sampled_from(["texts", "nested", "torn"]))
    if kind == "texts":
        return parquet({name: [each.encode("utf-8", "replace").decode() for each in values]
                        for name, values in draw(changed_tables()).items()})  # fmt: skip
    out = io.BytesIO()
    frame = typed()
    if kind == "nested":
        value = draw(st.lists(st.floats() | st.text(max_size=5).map(lambda each: len(each)), max_size=3))
        frame[draw(st.sampled_from(list(frame.columns)))] = [value] * ROWS
    frame.to_parquet(out)
    return draw(torn(out.getvalue())) if kind == "torn" else out.getvalue()


@fuzzed()
@given(content=hostile_parquet(), target=TARGETS, problem=PROBLEMS)
def test_parquet(folder: Path, content: bytes, target: str, problem: str | None) -> None:
    path = folder / "table.parquet"
    path.write_bytes(content)
    answered(lambda: infer(path, target, problem=problem))


def packed(save: object, *arrays: object, **named: object) -> bytes:
    out = io.BytesIO()
    save(out, *arrays, **named)  # type: ignore[operator]  # NumPy's
    return out.getvalue()


GENERATOR = np.random.default_rng(0)
ARRAYS = {
    "npy": [
        packed(np.save, GENERATOR.standard_normal((ROWS, 4))),
        packed(np.save, np.rec.fromarrays([np.arange(ROWS), np.array(["x", "y"] * (ROWS // 2))], names="0,1")),
        packed(np.save, np.full((ROWS, 2), np.nan)),
        packed(np.save, np.arange(ROWS).astype(complex)),
        packed(np.save, np.zeros((2, 3, 4))),
        packed(np.save, np.float64(1.0)),
    ],
    "npz": [
        packed(np.savez, X=GENERATOR.standard_normal((ROWS, 3)), y=np.arange(ROWS) % 3),
        packed(np.savez_compressed, X=np.arange(ROWS), y=np.array(["a", "b"] * (ROWS // 2))),
        packed(np.savez, X=np.array([b"a", b"b"] * (ROWS // 2)), y=np.datetime64("2024-01-01") + np.arange(ROWS)),
        packed(np.savez, X=np.zeros((ROWS, 0)), y=np.float64(1.0)),
    ],
}


@st.composite
def hostile_arrays(draw: st.DrawFn) -> tuple[str, bytes]:
    """An array file as it is, torn, or with another header."""
    ending = draw(st.sampled_from(sorted(ARRAYS)))
    content = draw(st.sampled_from(ARRAYS[ending]))
    how = draw(st.sampled_from(["as it is", "torn", "header"]))
    if how == "header":
        shape = draw(st.lists(st.integers(-2, 10**20), max_size=4))
        kind = draw(st.sampled_from(["<f8", "|O", "<M8[D]", "<U3", "|V8", "<c16", "x" * 99, "<f8, <i4", ">f2"]))
        text = f"{{'descr': {kind!r}, 'fortran_order': {draw(st.booleans())}, 'shape': {tuple(shape)}, }}"
        header = text.encode().ljust(117) + b"\n"
        content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content[128:]
        return "npy", content
    return ending, draw(torn(content)) if how == "torn" else content


@fuzzed()
@given(named=hostile_arrays(), target=st.sampled_from(["0", "1", "3", "y", "X", "X_0", "data"]), problem=PROBLEMS)
def test_arrays(folder: Path, named: tuple[str, bytes], target: str, problem: str | None) -> None:
    ending, content = named
    path = folder / f"table.{ending}"
    path.write_bytes(content)
    answered(lambda: infer(path, target, problem=problem))
    answered(lambda: list(describe_file(path, None)))


SERIES = b"@problemName a\n@timestamps false\n@data\n" + b"1.0,2.0,?:3.0,4.0,5.0:a\n" * 5


@fuzzed()
@given(content=torn(SERIES) | odd_values.map(lambda value: SERIES + json.dumps(value, default=str)[:3000].encode()))
def test_series(folder: Path, content: bytes) -> None:
    path = folder / "series.ts"
    path.write_bytes(content)
    answered(lambda: list(describe_file(path, None)))

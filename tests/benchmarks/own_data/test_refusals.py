"""What is wrong with a user's table is one line that says where, and what to do; nothing is written then."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.cli.real_command import refusal
from tests.benchmarks.own_data.tables import BROKEN


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_table_is_refused_in_one_line(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, content, target, message = BROKEN[case]
    path = tmp_path / name
    path.write_bytes(content)
    if case == "pickled arrays":
        np.save(path, np.array([{}, []], dtype=object))
    out = tmp_path / "run"
    line = refusal(capsys, "run", "--table", str(path), "--target", target, "--out", str(out))
    assert re.search(message, line.strip()), line
    assert str(path) in line
    assert not out.exists()


def test_a_table_takes_the_place_of_no_task_of_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "breast.csv"
    path.write_bytes(BROKEN["no such column"][1].replace(b"kind", b"cancer"))
    line = refusal(capsys, "run", "--table", str(path), "--target", "cancer", "--out", str(tmp_path / "run"))
    assert line.strip().endswith("its task would be called 'breast-cancer', which exists already; rename the file")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--table", "{}"], r"give the column to predict with --target; it has size, kind$"),
        (["--table", "none.csv", "--target", "kind"], r"none\.csv: does not exist$"),
        (["--table", "none.csv"], r"none\.csv: does not exist$"),
        (["--target", "kind"], r"--target: belongs to a table; give it with --table FILE$"),
        (["--table", "{}", "--target", "kind", "--task", "wine"], r"--task and --study choose tasks"),
        (["--table", "{}", "--target", "kind", "--column", "size=colour"], r"--column size=colour: give NAME=ROLE"),
        (["--table", "{}", "--target", "kind", "--column", "sizes=number"], r"has no column 'sizes'"),
        (["--table", "{}", "--target", "kind", "--text", "kind"], r"cannot be both the target and the text$"),
        (["--table", "{}", "--target", "kind", "--text", "size"], r"column 'size' holds no texts"),
        (["--table", "{}", "--target", "kind", "--problem", "regression"], r"target 'kind' holds 'x' in row 1, no fin"),
        (["--table", "{}", "--target", "kind", "--folds", "30"], r"class 'x' of 'kind' has 20 examples, too few for"),
        (["--table", "{}", "--target", "kind", "--column", "kind=skip", "--column", "size=skip"], r"no column is left"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused_in_one_line(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(BROKEN["no such column"][1])
    line = refusal(capsys, "run", *(option.format(path) for option in options), "--out", str(tmp_path / "run"))
    assert re.search(message, line.strip()), line

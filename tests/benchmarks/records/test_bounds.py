"""What a stored form may hold is said once, in the schema: what is beyond it is one line, and never an error later."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records.results import Record
from benchmarks.records.store import RECORDS, RunFolderError, read_manifest, read_records
from tests.benchmarks.sample_cells import record
from tests.report.sample_runs import sample_records, write_run

HUGE = 10**400


def whole_numbers(content: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], int]:
    """Where whole numbers stand, indices of lists as 0: one of each kind."""
    if isinstance(content, dict):
        parts = [whole_numbers(value, (*path, name)) for name, value in content.items() if name != "settings"]
    elif isinstance(content, list):
        parts = [whole_numbers(value, (*path, 0)) for value in content[:1]]
    else:
        return {path: content} if type(content) is int and path != ("schema_version",) else {}
    return {place: number for part in parts for place, number in part.items()}


def replaced(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = json.loads(json.dumps(content))
    place = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return changed


KINDS = {each.cell.kind: json.loads(each.model_dump_json()) for each in sample_records()}


@pytest.mark.parametrize("bad", [HUGE, -1, True, "5"], ids=["huge", "negative", "truth", "text"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_whole_number_of_a_record_is_bounded(tmp_path: Path, kind: str, bad: object) -> None:
    places = whole_numbers(KINDS[kind])
    assert places
    for path in places:
        (tmp_path / RECORDS).write_text(json.dumps(replaced(KINDS[kind], path, bad)) + "\n")
        records, problems = read_records(tmp_path)
        assert records == [], path
        assert len(problems[0]) < 500 + len(str(tmp_path)), path


@pytest.mark.parametrize(
    ("kind", "setting", "bad"),
    [
        ("timing", "budget_s", HUGE),
        ("timing", "budget_s", 0),
        ("accuracy", "validation_share", HUGE),
        ("accuracy", "validation_share", 1.0),
        ("accuracy", "validation_share", -0.1),
    ],
    ids=lambda value: "huge" if value is HUGE else None,
)
def test_settings_of_a_cell_are_bounded(tmp_path: Path, kind: str, setting: str, bad: object) -> None:
    (tmp_path / RECORDS).write_text(json.dumps(replaced(KINDS[kind], ("cell", setting), bad)) + "\n")
    records, problems = read_records(tmp_path)
    assert records == []
    assert f"cell.{kind}.{setting}" in problems[0]
    assert len(problems[0]) < 500 + len(str(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["machine"].update(memory_bytes=HUGE),
        lambda content: content.update(threads=HUGE),
        lambda content: next(iter(content["tasks"].values())).update(examples=HUGE),
        lambda content: content.update(suite={}),
        lambda content: content.update(suite={"name": 3}),
        lambda content: content.update({"a\nb\x1b[31m": 1}),
    ],
)
def test_a_manifest_beyond_the_schema_is_refused_in_one_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    path = write_run(tmp_path, sample_records()) / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(RunFolderError) as refused:
        read_manifest(path.parent)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("line", ["[" * 1000 + "]" * 1000, '{"a":' * 100_000 + "1" + "}" * 100_000, "9" * 5000])
def test_a_line_nested_without_end_is_reported_and_skipped(tmp_path: Path, line: str) -> None:
    (tmp_path / RECORDS).write_text(line + "\n" + record().model_dump_json() + "\n")
    records, problems = read_records(tmp_path)
    assert (len(records), len(problems)) == (1, 1)


def test_byte_order_marks_hide_no_record_and_no_manifest(tmp_path: Path) -> None:
    folder = write_run(tmp_path, sample_records())
    whole = read_records(folder)
    for name in ("manifest.json", RECORDS):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert read_records(folder) == whole
    assert read_manifest(folder).label == "sample"


@pytest.mark.parametrize(
    ("target", "weights"), [([], []), (["a"], []), (["a"], [[]]), (["a", "b"], [[0.5, 0.5], [1.0]])]
)
def test_attention_that_is_no_matrix_is_no_record(target: list[str], weights: list[list[float]]) -> None:
    content = replaced(KINDS["accuracy"], ("result", "splits", 0, "attention"), [])
    content["result"]["splits"][0]["attention"] = [{"source": ["x", "y"], "target": target, "weights": weights}]
    with pytest.raises(ValueError, match="attention needs a row"):
        Record.model_validate_json(json.dumps(content))


def test_a_kind_that_is_none_is_not_repeated_at_length(tmp_path: Path) -> None:
    content = replaced(KINDS["peak"], ("result", "kind"), "x" * 5000)
    (tmp_path / RECORDS).write_text(json.dumps(content) + "\n")
    (problem,) = read_records(tmp_path)[1]
    assert len(problem) < 1500 + len(str(tmp_path))

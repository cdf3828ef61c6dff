"""Records survive torn lines, foreign lines and a full disk; what is written is read back."""

import errno
import os
from pathlib import Path

import pytest

from benchmarks.records.results import CertificateResult, StageResult
from benchmarks.records.store import RECORDS, RunFolderError, append_record, read_manifest, read_records, write_beside
from tests.benchmarks.sample_cells import record


def test_records_come_back_as_they_were_in_order(tmp_path: Path) -> None:
    written = [record("a"), record("b", reason="diverged"), record("a")]
    for each in written:
        append_record(tmp_path, each)
    assert read_records(tmp_path) == (written, [])


@pytest.mark.parametrize("worst", [float("inf"), float("nan")])
def test_a_figure_that_is_no_number_is_read_back(tmp_path: Path, worst: float) -> None:
    stage = StageResult(stage="forward", worst=worst, bound=1e-5, tensor="logits", passed=False)
    result = CertificateResult(stages=(stage,), passed=False)
    append_record(tmp_path, record().model_copy(update={"result": result}))
    (read,), problems = read_records(tmp_path)
    assert problems == []
    assert isinstance(read.result, CertificateResult)
    assert str(read.result.stages[0].worst) == str(worst)


def test_no_file_is_no_records(tmp_path: Path) -> None:
    assert read_records(tmp_path) == ([], [])


@pytest.mark.parametrize("kept_bytes", [1, 40, -1])
def test_a_torn_last_line_is_reported_and_the_next_record_stands_by_itself(tmp_path: Path, kept_bytes: int) -> None:
    append_record(tmp_path, record("first"))
    whole = (tmp_path / RECORDS).read_bytes()
    torn = record("torn").model_dump_json().encode()[:kept_bytes]
    (tmp_path / RECORDS).write_bytes(whole + torn)
    append_record(tmp_path, record("after"))
    records, problems = read_records(tmp_path)
    assert [each.key for each in records] == ["first", "after"]
    assert len(problems) == 1
    assert "line 2: torn or not JSON" in problems[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"some": "other program"}', "no record"),
        (b"[1, 2]", "no record"),
        (b"\xff\xfe\x00", "torn or not JSON"),
        (b'{"schema_version": 7}', "of schema version 7"),
    ],
)
def test_a_foreign_line_is_reported_with_its_number_and_survived(tmp_path: Path, line: bytes, fault: str) -> None:
    append_record(tmp_path, record("before"))
    with (tmp_path / RECORDS).open("ab") as file:
        file.write(line + b"\n")
    append_record(tmp_path, record("after"))
    records, problems = read_records(tmp_path)
    assert [each.key for each in records] == ["before", "after"]
    assert [f"{RECORDS}, line 2: {fault}" in problem for problem in problems] == [True]


def test_a_full_disk_leaves_the_records_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_record(tmp_path, record("before"))
    whole = (tmp_path / RECORDS).read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        append_record(tmp_path, record("lost"))
    assert (tmp_path / RECORDS).read_bytes() == whole


def test_writing_beside_keeps_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    write_beside(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_beside(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, "{}", "no json", b"\xff"])
def test_a_folder_without_a_sound_manifest_is_refused_by_name(tmp_path: Path, content: str | bytes | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RunFolderError, match="manifest") as refused:
        read_manifest(tmp_path)
    assert str(tmp_path) in str(refused.value)
    assert "\n" not in str(refused.value)

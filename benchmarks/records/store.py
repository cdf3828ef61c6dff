"""The files of a run: `manifest.json`, replaced whole, and `records.jsonl`, to which finished cells are appended."""

import codecs
import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ValidationError

from benchmarks.printable import shortened, shown
from benchmarks.records.results import SCHEMA_VERSION, Manifest, Record
from impls.errors import ThreefoldError

MANIFEST = "manifest.json"
RECORDS = "records.jsonl"
#: What is read of a published run that has no `RECORDS`.
COMPRESSED = "records.jsonl.gz"
#: Bytes of a record's line at most, a hundred times what the longest has: what unpacks without end is read in pieces.
LARGEST_LINE = 2**27


class RunFolderError(ThreefoldError):
    """A run folder's files cannot be used as they are."""


def beside(path: Path, token: str) -> Path:
    """The file that is written before it becomes `path`."""
    return path.with_name(f".{path.name}.{token}")


@contextmanager
def writing_beside(path: Path, sync: bool = True) -> Iterator[BinaryIO]:
    """A file beside, renamed when the context ends well, so that `path` is either the old whole or the new whole.

    Args:
        path: the file.
        sync: whether it is on the disk when the context ends; without, a power failure may leave it empty.

    Raises:
        OSError: the folder cannot be written or the disk is full; `path` is untouched then.
    """
    written = beside(path, secrets.token_hex(8))
    try:
        with written.open("xb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def write_beside(path: Path, content: str) -> None:
    """Replace the file's text by `writing_beside`, which see."""
    with writing_beside(path) as file:
        file.write(content.encode())


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Replace the folder's manifest."""
    write_beside(directory / MANIFEST, manifest.model_dump_json(indent=2) + "\n")


def read_manifest(directory: Path) -> Manifest:
    """The folder's manifest.

    Raises:
        RunFolderError: there is none, or it is not a manifest of this version.
    """
    path = directory / MANIFEST
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise RunFolderError(
            f"{directory}: holds no run ({MANIFEST} is missing); give a folder that 'threefold run' wrote"
        ) from None
    except UnicodeDecodeError:
        raise RunFolderError(f"{path}: is not text; restore it or run into another folder") from None
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise RunFolderError(
            f"{path}: is no manifest of this version ({first_problem(error)}); restore it or run into another folder"
        ) from None


def append_record(directory: Path, record: Record) -> None:
    """Append one line and flush it to disk: only then does the cell count.

    Raises:
        OSError: the disk is full, say; the file is as it was before then.
    """
    line = record.model_dump_json().encode() + b"\n"
    with (directory / RECORDS).open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        if end > 0:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line  # a torn last line stays by itself, to be reported by every reader
        try:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


def read_records(directory: Path) -> tuple[list[Record], list[str]]:
    """All records in the order they were written, and one line for each line of the file that is none."""
    path = directory / RECORDS
    compressed = directory / COMPRESSED
    if not path.exists() and not compressed.exists():
        return [], []
    records, problems = [], []
    number = 0
    try:
        with _opened(path, compressed) as file:  # line by line: the file of a long history is larger than its records
            for number, line in enumerate(iter(partial(file.readline, LARGEST_LINE), b""), start=1):
                content = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).removesuffix(b"\n")
                if not content.strip():
                    continue
                try:
                    records.append(Record.model_validate_json(content))
                except ValidationError as error:
                    problems.append(
                        f"{path}, line {number}: {_fault(content, error)}; ignored, its cell counts as missing"
                    )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        problems.append(
            f"{compressed}: cannot be unpacked after line {number} ({shortened(str(error), 100)}); "
            "the cells that are not read count as missing"
        )
    return records, problems


def _opened(path: Path, compressed: Path) -> BinaryIO:
    return path.open("rb") if path.exists() else cast(BinaryIO, gzip.open(compressed, "rb"))


def first_problem(error: ValidationError) -> str:
    """The first complaint of a validation in one line: where and what."""
    complaint = error.errors()[0]
    where = ".".join(shortened(str(part)) for part in complaint["loc"])
    # pydantic repeats a tag of no known kind whole; 1,200 characters hold the longest list of what there is.
    what = shortened(complaint["msg"].removeprefix("Value error, "), 1200)
    return f"{where}: {what}" if where else what


def _fault(line: bytes, error: ValidationError) -> str:
    try:
        content = json.loads(line)
    except ValueError:
        return "torn or not JSON"
    except RecursionError:
        return "no record (nested too deeply)"
    if isinstance(content, dict) and content.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        return f"of schema version {shown(content['schema_version'])}, this Threefold reads {SCHEMA_VERSION}"
    return f"no record ({first_problem(error)})"

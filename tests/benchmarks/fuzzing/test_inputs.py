"""Whatever a suite, a record, a manifest or an archive holds: it is read or refused in one line, within 2 seconds."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.datasets.sources.archives import read_members
from benchmarks.records.store import COMPRESSED, MANIFEST, RECORDS, read_manifest, read_records
from benchmarks.suites import read_suite
from tests.benchmarks.fuzzing.inputs import (
    MANIFEST_TEXT,
    RECORD_TEXTS,
    answered,
    changed_json,
    changed_suites,
    fuzzed,
    torn,
)

folder = pytest.fixture(scope="module")(lambda tmp_path_factory: tmp_path_factory.mktemp("fuzz"))


def sample_archive(packed: str) -> bytes:
    out = io.BytesIO()
    if packed == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/data.csv", "a,b\n1,2\n" * 50)
    else:
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            member = tarfile.TarInfo("folder/data.csv")
            member.size = 400
            archive.addfile(member, io.BytesIO(b"a,b\n1,2\n" * 50))
    return out.getvalue()


ARCHIVES = {"sample.whl": sample_archive("zip"), "sample.tar.gz": sample_archive("tar")}


@fuzzed()
@given(content=changed_suites())
def test_suites(folder: Path, content: bytes) -> None:
    path = folder / "suite.toml"
    path.write_bytes(content)
    answered(lambda: read_suite(str(path)))


@fuzzed()
@given(lines=st.lists(changed_json(RECORD_TEXTS), min_size=1, max_size=3))
def test_records(folder: Path, lines: list[bytes]) -> None:
    (folder / RECORDS).write_bytes(b"\n".join(lines))

    def read() -> None:
        for problem in read_records(folder)[1]:
            assert problem.isprintable(), repr(problem)
            assert len(problem) < 3000

    answered(read)


PACKED_RECORDS = gzip.compress("\n".join(RECORD_TEXTS).encode(), mtime=0)


@fuzzed()
@given(content=torn(PACKED_RECORDS))
def test_compressed_records(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    packed = tmp_path_factory.getbasetemp() / "packed"
    packed.mkdir(exist_ok=True)
    (packed / COMPRESSED).write_bytes(content)

    def read() -> None:
        records, problems = read_records(packed)
        assert problems or len(records) == len(RECORD_TEXTS)
        for problem in problems:
            assert problem.isprintable(), repr(problem)

    answered(read)


@fuzzed()
@given(content=changed_json([MANIFEST_TEXT]))
def test_manifests(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    answered(lambda: read_manifest(folder))


@fuzzed()
@given(st.sampled_from(sorted(ARCHIVES)).flatmap(lambda name: st.tuples(st.just(name), torn(ARCHIVES[name]))))
def test_data_archives(named: tuple[str, bytes]) -> None:
    name, content = named
    answered(lambda: read_members(content, ["folder/data.csv"], name))

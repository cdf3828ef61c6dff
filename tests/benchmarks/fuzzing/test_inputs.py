"""Whatever stands in a suite, a record, a manifest or an archive: it is read or refused in one line, within 2 seconds.

By default a few hundred inputs are tried. `THREEFOLD_FUZZ_INPUTS=2500` tries this number for each of the four tests.
"""

import copy
import io
import json
import os
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.datasets.sources.archives import read_members
from benchmarks.records.store import MANIFEST, RECORDS, read_manifest, read_records
from benchmarks.suites import read_suite
from impls.errors import ThreefoldError
from tests.report.sample_runs import manifest, sample_records

INPUTS = int(os.environ.get("THREEFOLD_FUZZ_INPUTS", "60"))
#: Of the processor, so that what else the machine does is not counted.
LIMIT_S = 2.0

fuzzed = settings(
    max_examples=INPUTS,
    deadline=None,
    derandomize="THREEFOLD_FUZZ_INPUTS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)

odd_texts = st.text(max_size=40) | st.sampled_from(
    ["\x1b[31m", "a\nb", "=cmd", '" style="', "x" * 5000, "[/old]", "\x00"]
)
odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 10**18 + 1])
    | st.floats()
    | odd_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_texts, inner, max_size=4),
    max_leaves=8,
)
folder = pytest.fixture(scope="module")(lambda tmp_path_factory: tmp_path_factory.mktemp("fuzz"))

RECORD_TEXTS = [each.model_dump_json() for each in sample_records(["numpy", "torch"])]
MANIFEST_TEXT = manifest(sample_records(["numpy"])).model_dump_json()
SUITE_TEXTS = [path.read_text() for path in sorted(Path(read_suite.__code__.co_filename).parent.glob("*.toml"))]


def answered(read: Callable[[], Any]) -> None:
    """Run it: nothing but our own error, in one printable line, and in time."""
    began = time.process_time()
    message = ""
    try:
        read()
    except ThreefoldError as error:
        message = str(error)
    assert message.isprintable()
    assert len(message) < 3000
    assert time.process_time() - began < LIMIT_S


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in what JSON holds."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [each for name, value in items for each in [(*path, name), *places(value, (*path, name))]]


@st.composite
def changed_json(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A stored form with values put elsewhere, left out or added, or with bytes that are torn."""
    text = draw(st.sampled_from(texts))
    if draw(st.booleans()):
        content = json.loads(text)
        for _ in range(draw(st.integers(1, 3))):
            every = places(content)
            if not every:
                break
            *before, last = draw(st.sampled_from(every))
            place = content
            for part in before:
                place = place[part]
            if draw(st.booleans()):
                place[last] = draw(odd_values)
            elif isinstance(place, dict) and draw(st.booleans()):
                place[draw(odd_texts)] = copy.deepcopy(place[last])
            else:
                del place[last]
        return json.dumps(content).encode()
    return draw(torn(text.encode()))


@st.composite
def torn(draw: st.DrawFn, content: bytes) -> bytes:
    """Some bytes cut off, replaced or repeated."""
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 50)))
    middle = draw(st.binary(max_size=10) | st.sampled_from([b"[" * 3000, b'{"a":' * 3000, b"9" * 500, b"\xef\xbb\xbf"]))
    return content[:start] + middle + content[end:]


@st.composite
def changed_suites(draw: st.DrawFn) -> bytes:
    """A suite of the project with a line changed or added, or torn."""
    text = draw(st.sampled_from(SUITE_TEXTS))
    if draw(st.booleans()):
        return draw(torn(text.encode()))
    lines = text.splitlines()
    position = draw(st.integers(0, len(lines) - 1))
    name = draw(st.sampled_from([line.partition(" =")[0] for line in lines if " = " in line] + ['"a\\nb\\u001b"', "x"]))
    value = draw(
        st.sampled_from(["inf", "nan", "true", "-1", "0", "9" * 30, "9" * 5000, '"32"', "[[1]]", "1979-05-27"])
        | st.integers().map(str)
        | st.floats().map(str)
        | odd_texts.map(lambda each: json.dumps(each))
        | st.integers(1, 3000).map(lambda depth: "[" * depth + "]" * depth)
    )
    lines[position : position + draw(st.integers(0, 1))] = [f"{name} = {value}"]
    return "\n".join(lines).encode("utf-8", "replace")


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


@fuzzed
@given(content=changed_suites())
def test_suites(folder: Path, content: bytes) -> None:
    path = folder / "suite.toml"
    path.write_bytes(content)
    answered(lambda: read_suite(str(path)))


@fuzzed
@given(lines=st.lists(changed_json(RECORD_TEXTS), min_size=1, max_size=3))
def test_records(folder: Path, lines: list[bytes]) -> None:
    (folder / RECORDS).write_bytes(b"\n".join(lines))

    def read() -> None:
        for problem in read_records(folder)[1]:
            assert problem.isprintable(), repr(problem)
            assert len(problem) < 3000

    answered(read)


@fuzzed
@given(content=changed_json([MANIFEST_TEXT]))
def test_manifests(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    answered(lambda: read_manifest(folder))


@fuzzed
@given(st.sampled_from(sorted(ARCHIVES)).flatmap(lambda name: st.tuples(st.just(name), torn(ARCHIVES[name]))))
def test_data_archives(named: tuple[str, bytes]) -> None:
    name, content = named
    answered(lambda: read_members(content, ["folder/data.csv"], name))

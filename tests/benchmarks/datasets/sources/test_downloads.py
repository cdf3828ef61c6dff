"""Servers that answer badly: each is said by what it did, in one line, and leaves no file behind."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.datasets import DatasetError
from benchmarks.datasets.sources.downloads import url_download
from benchmarks.datasets.sources.package_index import PipSettings, archive_url
from tests.benchmarks.conftest import Server

#: Path -> status, headers and body of the answer.
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good": (200, {"Content-Length": "4"}, b"good"),
    "/short": (200, {"Content-Length": "400"}, b"good"),
    "/odd-length": (200, {"Content-Length": "four"}, b"good"),
    "/packed": (200, {"Content-Encoding": "gzip"}, b"good"),
    "/endless": (200, {}, b"x" * 100_000),
    "/round": (302, {"Location": "/round"}, b""),
    "/to-ftp": (302, {"Location": "ftp://127.0.0.1/good"}, b""),
    "/to-nowhere": (302, {"Location": "http://[bad/x"}, b""),
    "/broken": (500, {}, b""),
}


class _Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, content = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def fetched(url: str, path: Path, **options: object) -> bytes:
    digest = hashlib.sha256(b"good").hexdigest()
    url_download(url, digest, path, lambda _: None, largest=1000, **options)  # type: ignore[arg-type]  # numbers
    return path.read_bytes()


@pytest.mark.parametrize("name", ["good", "odd-length"])
def test_a_sound_file_is_taken(address: str, tmp_path: Path, name: str) -> None:
    assert fetched(f"{address}/{name}", tmp_path / "file") == b"good"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("short", "the answer ended early"),
        ("packed", "is not what its header says"),
        ("endless", "it is larger than 1,000 bytes"),
        ("round", "redirects without end"),
        ("to-ftp", "begins with neither http nor https"),
        ("to-nowhere", "is malformed"),
        ("broken", "500 Server Error"),
    ],
)
def test_a_bad_answer_is_reported_by_what_it_is(address: str, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said) as refused:
        fetched(f"{address}/{name}", tmp_path / "file")
    assert "SHA-256" not in str(refused.value)
    assert str(refused.value).isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://[bad/x", "is malformed"),
        ("ftp://127.0.0.1/x", "begins with neither http nor https"),
        ("127.0.0.1/x", "begins with neither http nor https"),
        ("http://127.0.0.1:1/x", "no answer from the server"),
    ],
)
def test_a_bad_address_is_reported_as_one(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        fetched(url, tmp_path / "file")


def test_a_file_of_certificates_that_is_not_there_is_named(address: str, tmp_path: Path) -> None:
    https = address.replace("http:", "https:")
    with pytest.raises(DatasetError, match=r"/nowhere/certificates\.pem"):
        fetched(f"{https}/good", tmp_path / "file", request={"verify": "/nowhere/certificates.pem"})


@pytest.mark.parametrize("link", ["http://[bad/x.tar.gz", "ftp://127.0.0.1/x.tar.gz", "file:///etc/x.tar.gz"])
def test_bad_links_of_an_index_are_passed_over(server: Server, link: str) -> None:
    page = server.folder / "x" / "index.html"
    page.parent.mkdir()
    settings = PipSettings((server.url,), {})
    page.write_text(f'<a href="{link}">x</a>')
    with pytest.raises(DatasetError, match="does not list it"):
        archive_url("x", "x.tar.gz", settings)
    page.write_text(f'<a href="{link}">x</a><a href="x.tar.gz">x</a>')
    assert archive_url("x", "x.tar.gz", settings) == f"{server.url}/x/x.tar.gz"


@pytest.mark.parametrize("markup", ["<![x[", "<![ [", "<![\x00["])
def test_a_page_of_an_index_that_is_no_html_is_reported(server: Server, markup: str) -> None:
    page = server.folder / "x" / "index.html"
    page.parent.mkdir()
    page.write_text(f'{markup}<a href="x.tar.gz">x</a>')
    with pytest.raises(DatasetError, match="is no page of links that can be read"):
        archive_url("x", "x.tar.gz", PipSettings((server.url,), {}))

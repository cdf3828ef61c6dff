"""The two ways over the network: pip's, which works wherever pip works, and a plain URL's."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.datasets.errors import DatasetError
from benchmarks.printable import printable

#: The last release of pip before 24.1 began to refuse non-standard metadata (https://github.com/pypa/pip/issues/12063).
OLD_PIP = ("pip==24.0", "ba0d021a166865d2265246961bec0152ff124de910c5cc39f1156ce3fa7c69dc")

#: Seconds without an answer after which a server counts as out of reach.
TIMEOUT_S = 30

#: Bytes that are taken from the network at once.
BLOCK_BYTES = 2**16
#: No file of a data set is larger; what a server sends beyond is not wanted.
LARGEST_BODY = 2**30


def pip_download(requirement: str, sha256: str, folder: Path, needs_old_pip: bool = False) -> Path:
    """Have pip download one pinned wheel, without what it depends on; returns its path in `folder`.

    pip's own configuration (index, mirrors, proxies, certificates) applies.

    Args:
        requirement: name and version, `plotnine==0.15.9`.
        sha256: of the wheel.
        folder: an empty folder.
        needs_old_pip: run pip 24.0, out of its own wheel and downloaded likewise, instead of the installed one.

    Raises:
        DatasetError: pip is not installed, cannot reach it, or the hash differs.
    """
    pip: tuple[str, ...] = ("-m", "pip")
    if needs_old_pip:
        pip = (f"{_pip_download(pip, *OLD_PIP, folder / 'pip')}/pip",)
    return _pip_download(pip, requirement, sha256, folder / "wheel")


def _pip_download(pip: Sequence[str], requirement: str, sha256: str, folder: Path) -> Path:
    folder.mkdir()
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    places = ["--dest", str(folder), "--requirement", str(pinned)]
    command = [sys.executable, "-P", *pip, "download", "--quiet", *options, *places]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        differs = "DO NOT MATCH THE HASHES" in done.stderr
        reason = f"its SHA-256 is not {sha256}" if differs else pip_reason(done.stderr)
        raise DatasetError(f"pip cannot download {requirement}: {reason}")
    return next(path for path in folder.iterdir() if path != pinned)


def pip_reason(messages: str) -> str:
    """The line of pip's messages that says why."""
    lines = [line.strip() for line in messages.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["pip gave no reason"])[-1]


def url_download(
    url: str,
    sha256: str,
    path: Path,
    report: Callable[[int], None],
    request: Mapping[str, Any] | None = None,
    largest: int = LARGEST_BODY,
) -> None:
    """Download a file to `path` if its SHA-256 is the pinned one; `report` is called with the bytes so far.

    Args:
        url: of the file.
        sha256: of its content.
        path: where it is to lie; its folder exists.
        report: is called with the bytes so far.
        request: further settings of the request, as `requests` names them.
        largest: bytes after which the download is given up.

    Raises:
        DatasetError: the server is out of reach or refuses, or the hash differs; `path` does not exist then.
        OSError: the folder cannot be written.
    """
    digest = hashlib.sha256()
    try:
        with path.open("xb") as file:
            for block in body(url, request or {}, largest):
                file.write(block)
                digest.update(block)
                report(file.tell())
        if digest.hexdigest() != sha256:
            raise DatasetError(f"{without_credentials(url)} is not the published file: its SHA-256 is not {sha256}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def largest(expected_bytes: int) -> int:
    """The bytes after which a download is aborted: somewhat more than expected, since the hash decides."""
    return expected_bytes + 2**20


def body(url: str, request: Mapping[str, Any], largest: int) -> Iterator[bytes]:
    """What a server sends, block by block.

    Raises:
        DatasetError: the address is invalid, the server cannot be reached, refuses, or sends too much or too little.
    """
    import requests  # here and below: it takes a third of a second, and most processes download nothing

    address = without_credentials(url)
    try:
        with requests.get(url, stream=True, timeout=TIMEOUT_S, **request) as response:
            response.raise_for_status()
            blocks = response.iter_content(BLOCK_BYTES)
            received = 0
            while block := _next(blocks, address):
                received += len(block)
                if received > largest:
                    raise DatasetError(f"{address} cannot be downloaded: it is larger than {largest:,} bytes")
                yield block
    except (OSError, ValueError) as error:  # requests' errors are OSErrors; some addresses are ValueErrors before it
        raise DatasetError(f"{address} cannot be downloaded: {download_reason(error)}") from error


def _next(blocks: Iterator[bytes], address: str) -> bytes:
    """The next block, empty at the end; errors here are the network's, not the disk's."""
    try:
        return next(blocks, b"")
    except OSError as error:  # requests' errors are OSErrors
        raise DatasetError(f"{address} cannot be downloaded: {download_reason(error)}") from error


def download_reason(error: Exception) -> str:
    """What a server answered, or why none did, in a few words: requests explains the latter at great length."""
    import requests

    if getattr(error, "response", None) is not None and isinstance(error, requests.HTTPError):
        return without_credentials(str(error))
    for kinds, reason in _reasons():
        if isinstance(error, kinds):
            return reason
    if isinstance(error, requests.RequestException):
        return f"no answer from the server ({type(error).__name__})"
    return without_credentials(printable(str(error)))  # the file of certificates that is not there


def _reasons() -> tuple[tuple[tuple[type[Exception], ...], str], ...]:
    """requests' errors -> what they mean; the first that fits counts."""
    import requests

    return (
        ((requests.exceptions.SSLError,), "the server's certificate is not trusted; set pip's option 'cert'"),
        ((requests.TooManyRedirects,), "the server redirects without end"),
        (
            (requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
            "its address, or one it redirects to, begins with neither http nor https",
        ),
        ((requests.exceptions.InvalidURL, ValueError), "its address, or one it redirects to, is malformed"),
        (
            (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError),
            "the answer ended early or is not what its header says",
        ),
    )


def without_credentials(text: str) -> str:
    """The text without the user names and passwords that URLs in it have before an @."""
    return re.sub(r"(?<=//)[^/@\s]+@", "", text)

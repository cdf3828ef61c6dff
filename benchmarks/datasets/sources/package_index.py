"""Where pip's package index keeps a file, by the simple repository API (PEP 503, HTML), which every mirror serves."""

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from benchmarks.datasets.errors import DatasetError
from benchmarks.datasets.sources.downloads import body, pip_reason, without_credentials

#: What pip asks without other configuration.
DEFAULT_INDEX = "https://pypi.org/simple"

#: An index's page of one project is smaller, in bytes.
LARGEST_PAGE = 2**25

#: Of pip's configuration, what overrules what: the later the stronger.
_SECTIONS = ("global", "download", ":env:")


class PipSettings(NamedTuple):
    """What pip is configured to do on the network."""

    #: Addresses of package indexes, in the order in which they are asked.
    indexes: tuple[str, ...]
    #: Settings of the requests, as `requests` names them: certificates and proxies.
    request: dict[str, Any]


def pip_settings() -> PipSettings:
    """What pip's configuration files and environment variables say; indexes in local folders are left out.

    Raises:
        DatasetError: pip is not installed, or cannot read its configuration.
    """
    command = [sys.executable, "-P", "-m", "pip", "config", "list", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DatasetError(f"pip cannot tell its package index: {pip_reason(done.stderr)}")
    options = _options(done.stdout)
    indexes = [options.get("index-url", DEFAULT_INDEX), *options.get("extra-index-url", "").split()]
    if options.get("no-index", "0").lower() in ("1", "true", "yes", "on"):
        indexes = []
    request: dict[str, Any] = {"verify": options["cert"]} if "cert" in options else {}
    if "proxy" in options:
        request["proxies"] = dict.fromkeys(("http", "https"), options["proxy"])
    return PipSettings(tuple(index for index in indexes if index.startswith("http")), request)


def _options(listed: str) -> dict[str, str]:
    """Option -> value, from what `pip config list` prints: lines of `section.option='value'`."""
    lines = [re.fullmatch(r"([^.]+)\.([\w-]+)=(.+)", line) for line in listed.splitlines()]
    settings = [line.groups() for line in lines if line and line[1] in _SECTIONS]
    settings.sort(key=lambda each: _SECTIONS.index(each[0]))
    return {option: str(ast.literal_eval(value)) for _, option, value in settings}


def archive_url(project: str, archive: str, settings: PipSettings) -> str:
    """The URL of a project's file, from the first package index that lists it.

    Args:
        project: the package's name.
        archive: the file's name.
        settings: which indexes are asked, and how.

    Raises:
        DatasetError: none lists it, or none is in reach.
    """
    # PEP 503's normal form.
    name = re.sub(r"[-_.]+", "-", project).lower()
    reasons = []
    for index in settings.indexes:
        address = f"{index.rstrip('/')}/{name}/"
        try:
            links = _links(address, settings)
        except DatasetError as error:
            reasons.append(str(error))
            continue
        for url in links:
            if unquote(PurePosixPath(urlsplit(url).path).name) == archive:
                return url
        reasons.append(f"{without_credentials(address)} does not list it")
    why = "; ".join(reasons) or "pip is configured without a package index on the network"
    raise DatasetError(f"{archive} cannot be downloaded: {why}")


def _links(address: str, settings: PipSettings) -> list[str]:
    """The URLs that a page of an index links to."""
    content = b"".join(body(address, settings.request | {"headers": {"Accept": "text/html"}}, LARGEST_PAGE))
    parser = _Anchors()
    try:
        parser.feed(content.decode(errors="replace"))
    except AssertionError:  # what the standard library's parser makes of `<![anything[`
        raise DatasetError(f"{without_credentials(address)} is no page of links that can be read") from None
    return [url for reference in parser.references if (url := _absolute(address, reference))]


def _absolute(address: str, reference: str) -> str | None:
    """The URL that a link leads to, without its fragment; None for an invalid link, or one that is not of the web."""
    try:
        url = urldefrag(urljoin(address, reference)).url
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # http://[bad/
        return None


class _Anchors(HTMLParser):
    """Collects what the anchors of a page refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.references += [value for name, value in attrs if name == "href" and value]

"""Checks that a file is what was published."""

import gzip
import hashlib
import zlib

from benchmarks.datasets.errors import DatasetCorrupt


def check_sha256(content: bytes, expected: str, file: str) -> None:
    """Compare the SHA-256 of a file's content with the pinned one.

    Raises:
        DatasetCorrupt: they differ.
    """
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise DatasetCorrupt(f"{file} has SHA-256 {digest}, expected {expected}")


def unpacked(content: bytes, file: str) -> bytes:
    """The content of a `.gz` file decompressed; of any other file as it is.

    Raises:
        DatasetCorrupt: the gzip stream is cut short or damaged.
    """
    if not file.endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DatasetCorrupt(f"{file} is no whole gzip file ({error})") from error

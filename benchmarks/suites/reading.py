"""Reads suites from TOML files: those that lie here, and a user's own."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from benchmarks.printable import printable, shortened, shown
from benchmarks.records.store import first_problem
from benchmarks.suites.suite import Suite
from impls.errors import ThreefoldError

#: A TOML file of ours that is larger than this is none.
LARGEST_FILE = 2**20
#: Parts of a dotted key: the time of Python's parser grows with the square of their number.
MOST_PARTS = 40
DEEP_KEY = re.compile(rb"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % MOST_PARTS)


class SuiteError(ThreefoldError):
    """A suite file is missing or wrong."""


def suite_names() -> list[str]:
    """The suites that come with Threefold."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))


def read_suite(name_or_path: str) -> Suite:
    """The suite of that name, or in that file.

    Raises:
        SuiteError: there is none, it is not TOML, a field is missing, unknown or of the wrong type, or a task,
            architecture or implementation in it is unknown.
    """
    path = Path(name_or_path)
    if name_or_path in suite_names():
        path = Path(__file__).parent / f"{name_or_path}.toml"
    elif path.suffix != ".toml":
        raise SuiteError(
            f"suite {shown(name_or_path)} is unknown; there are {', '.join(suite_names())}, "
            "or give the path of a .toml file"
        )
    path_shown = printable(str(path))
    if path.exists() and not path.is_file():
        raise SuiteError(f"suite file {path_shown} cannot be read: it is no file")
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SuiteError(f"suite file {path_shown} does not exist; give one of {', '.join(suite_names())}") from None
    except (OSError, ValueError) as error:  # a null character in the path is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        raise SuiteError(f"suite file {path_shown} cannot be read: {reason}") from None
    if len(raw) > LARGEST_FILE:
        raise SuiteError(f"suite file {path_shown} is larger than {LARGEST_FILE // 2**20} MiB, which no suite needs")
    try:
        content = toml_content(raw)
    except ValueError as error:
        reason = shortened(str(error), 200)
        raise SuiteError(
            f"suite file {path_shown} is not TOML: {reason}; see {Path(__file__).parent / 'quick.toml'}"
        ) from None
    try:
        return Suite.model_validate(content)
    except ValidationError as error:
        raise SuiteError(f"suite file {path_shown}: {first_problem(error)}") from None


def toml_content(raw: bytes) -> dict[str, Any]:
    """What a file's bytes say; a byte-order mark is no part of them.

    Raises:
        ValueError: they are not TOML in UTF-8, or nested without end.
    """
    if DEEP_KEY.search(raw):
        raise ValueError("nested too deeply")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None

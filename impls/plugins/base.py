"""What a plug-in is, and what its faults are called in messages."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from impls.errors import ThreefoldError

#: What plug-ins can add -> the names by which a file defines one of it, or several.
GROUPS: Mapping[str, tuple[str, str]] = {
    "datasets": ("DATASET", "DATASETS"),
    "tasks": ("TASK", "TASKS"),
    "architectures": ("ARCHITECTURE", "ARCHITECTURES"),
    "implementations": ("IMPLEMENTATION", "IMPLEMENTATIONS"),
    "metrics": ("METRIC", "METRICS"),
    "claims": ("CLAIM", "CLAIMS"),
    "studies": ("STUDY", "STUDIES"),
}


class PluginError(ThreefoldError):
    """A plug-in's file is not there, or cannot be loaded."""


@dataclass(frozen=True, eq=False)
class Plugin:
    """A loaded plug-in."""

    #: The file's or folder's name, or a distribution and its version.
    name: str
    #: What it adds to each group, unchecked.
    objects: Mapping[str, tuple[object, ...]]
    #: Its Python files.
    sources: tuple[Path, ...]
    #: The file or folder; None for an installed package.
    path: Path | None = None


def shown(each: object) -> str:
    """An object in a message, short."""
    text = repr(each)
    return text if len(text) <= 60 else f"{text[:57]}…"


def reason(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())[:300]
    return text if isinstance(error, ThreefoldError) else f"{type(error).__name__}: {text}" if text else repr(error)


def where(error: BaseException, folder: Path | None = None) -> str:
    """` (file.py line 7)`: the last line that the error passed; with a folder, of the files in that."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({Path(error.filename).name} line {error.lineno})"
    passed = traceback.extract_tb(error.__traceback__)
    lines = [each for each in passed if folder is None or Path(each.filename).is_relative_to(folder)]
    return f" ({Path(lines[-1].filename).name} line {lines[-1].lineno})" if lines else ""

"""The verdicts that `threefold versions` leaves in its folder, for a report to show."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.printable import shortened
from benchmarks.records.store import RunFolderError, write_beside

if TYPE_CHECKING:
    from report.comparing.verdicts import Comparison

#: In a folder of `threefold versions`: which of its folders the last call judged, in order; in each its verdict.
INDEX, VERDICT = "versions.json", "verdict.json"


def has_verdicts(folder: Path) -> bool:
    """Whether `threefold versions` wrote it."""
    return (folder / INDEX).is_file()


def write_index(folder: Path, names: Sequence[str]) -> None:
    """Remember which folders have the verdicts of a call."""
    write_beside(folder / INDEX, json.dumps({"schema_version": 1, "folders": list(names)}, indent=2) + "\n")


def read_verdicts(folder: Path) -> "list[Comparison]":
    """What was judged, in the order in which the versions were given.

    Raises:
        RunFolderError: the index or a verdict is missing or damaged.
    """
    from report.comparing.verdicts import Comparison

    remedy = "run 'threefold versions' again"
    try:
        names = json.loads((folder / INDEX).read_text(encoding="utf-8-sig"))["folders"]
        paths = [folder / Path(name).name / VERDICT for name in names]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise RunFolderError(f"{folder / INDEX}: is no list of comparisons of versions; {remedy}") from None
    comparisons = []
    for path in paths:
        try:
            comparisons.append(Comparison.model_validate_json(path.read_bytes()))
        except (OSError, ValueError):  # a name that no file can have, or pydantic's error of a damaged verdict
            raise RunFolderError(f"{shortened(str(path), 500)}: is missing or no verdict; {remedy}") from None
    return comparisons

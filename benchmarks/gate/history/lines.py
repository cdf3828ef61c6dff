"""The lines of a history: one for each commit, in `results/history/history.jsonl`."""

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from benchmarks.records.store import first_problem, write_beside
from impls.errors import ThreefoldError

FOLDER = Path("results/history")
FILE = "history.jsonl"


class HistoryError(ThreefoldError):
    """A history cannot be read or added to."""


class HistoryLine(Frozen):
    """What was measured of one commit."""

    schema_version: Literal[1] = 1
    commit: str = Field(pattern=r"^[0-9a-f]{7,64}$")
    #: Of the commit, ISO 8601; lines are ordered by it.
    date: str
    machine: Machine
    versions: Mapping[str, str]
    threads: int
    launches: int = Field(ge=1)
    #: Seconds of the reference load, median over all launches.
    reference_s: float = Field(gt=0)
    #: Name -> median over launches, seconds a call or bytes.
    figures: Mapping[str, float]
    #: The same, times divided by the reference load's time in the same launch; bytes as they are.
    normalized: Mapping[str, float]

    @property
    def conditions(self) -> tuple[object, ...]:
        """What has to be the same for lines to be comparable."""
        return self.machine, tuple(sorted(self.versions.items())), self.threads


def read_history(folder: Path) -> list[HistoryLine]:
    """All lines, by the dates of their commits.

    Raises:
        HistoryError: a line is none.
    """
    path = folder / FILE
    if path.is_symlink():
        raise HistoryError(f"{path}: is a link, which adding a line would replace; give --folder the file's own folder")
    if not path.exists():
        return []
    lines = []
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    for number, text in enumerate(content.splitlines(), start=1):
        try:
            lines.append(HistoryLine.model_validate_json(text))
        except ValidationError as error:
            raise HistoryError(
                f"{path}, line {number}: is no line of a history ({first_problem(error)}); restore the file from git"
            ) from None
    return sorted(lines, key=lambda line: line.date)


def add_line(folder: Path, line: HistoryLine) -> None:
    """Add a line; one of the same commit under the same conditions is replaced."""
    kept = [each for each in read_history(folder) if (each.commit, each.conditions) != (line.commit, line.conditions)]
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted([*kept, line], key=lambda each: each.date)
    write_beside(folder / FILE, "".join(each.model_dump_json() + "\n" for each in ordered))


def segments_of(lines: Sequence[HistoryLine]) -> list[list[HistoryLine]]:
    """Lines that were measured under the same conditions, also where two machines take turns; the latest last."""
    segments: dict[tuple[object, ...], list[HistoryLine]] = {}
    for line in lines:
        segments[line.conditions] = [*segments.pop(line.conditions, []), line]
    return list(segments.values())

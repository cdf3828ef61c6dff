"""Where a run's wall time went, over all commands that worked on it: `wall-time.json` in its folder."""

import codecs
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from benchmarks.records.cells import Frozen
from benchmarks.records.store import RunFolderError, first_problem, write_beside

WALL_TIME = "wall-time.json"
#: Thirty thousand years, as for all seconds that records hold.
LONGEST_S = 1e12

Seconds = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]


class WallTime(Frozen):
    """Seconds of wall time; what went on side by side shares it equally."""

    #: Importing frameworks and setting them up.
    loading: Seconds = 0.0
    training: Seconds = 0.0
    timing: Seconds = 0.0
    certificates: Seconds = 0.0
    #: All else: planning, preparing data, starting, waiting, recording.
    other: Seconds = 0.0
    #: Writing tables, figures and page.
    report: Seconds = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return float(sum(self.model_dump().values()))

    def __add__(self, more: "WallTime") -> "WallTime":
        ours, theirs = self.model_dump(), more.model_dump()
        # What a file says is bounded, and so is what comes of it: a run's last step must not fail for that.
        return WallTime(**{name: min(ours[name] + theirs[name], LONGEST_S) for name in ours})

    def parts(self, without: Collection[str] = ()) -> list[tuple[str, float]]:
        """What time was spent on, in words, and its seconds.

        Args:
            without: names of fields that are left out.
        """
        return [(_NAMES[name], seconds) for name, seconds in self.model_dump().items() if name not in without]

    def sentence(self) -> str:
        """`wall time 205 s: 41 % training, 33 % timing, …`, the largest part first; what took nothing is left out."""
        parts = sorted(self.parts(), key=lambda part: -part[1])
        shares = [f"{100 * seconds / self.total:.0f} % {name}" for name, seconds in parts if seconds > 0]
        return f"wall time {self.total:.0f} s: {', '.join(shares)}" if shares else "wall time 0 s"


_NAMES = {
    "loading": "importing frameworks",
    "training": "training",
    "timing": "timing",
    "certificates": "certificates",
    "other": "all else",
    "report": "the report",
}


def read_wall_time(directory: Path) -> WallTime | None:
    """Where the time of the folder's run went; None where that is not known, as for runs of before.

    Raises:
        RunFolderError: the file is none of ours.
    """
    path = directory / WALL_TIME
    try:
        return WallTime.model_validate_json(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise RunFolderError(
            f"{path}: does not say where time went ({first_problem(error)}); remove it: nothing else depends on it"
        ) from None


def add_wall_time(directory: Path, more: WallTime) -> None:
    """Add the time of a command to that of those before.

    Raises:
        RunFolderError: as `read_wall_time`.
        OSError: the folder cannot be written.
    """
    write_wall_time(directory, (read_wall_time(directory) or WallTime()) + more)


def write_wall_time(directory: Path, total: WallTime) -> None:
    """Replace what the folder says of it.

    Raises:
        OSError: the folder cannot be written.
    """
    rounded = {name: round(seconds, 3) for name, seconds in total.model_dump().items()}
    write_beside(directory / WALL_TIME, WallTime(**rounded).model_dump_json(indent=2) + "\n")

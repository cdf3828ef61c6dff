"""Draws figures in a process of its own, `python -m report.figures.worker FOLDER`.

On its input are names of files in the folder, whose lines are jobs in JSON. Each job becomes `NAME.svg` in FOLDER, and
`NAME.png` where the job wants it, written beside and renamed.
"""

import gc
import sys
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from report.figures.drawing import draw
from report.figures.plain import Drawing


@dataclass(frozen=True)
class Job:
    """A figure to draw."""

    name: str
    title: str
    drawing: Drawing
    png: bool


JOBS = TypeAdapter(Job)


def write_drawn(folder: Path, name: str, title: str, drawing: Drawing, png: bool) -> None:
    """Draw a figure into a folder."""
    svg, pixels = draw(drawing, name, title, png)
    files = {".svg": svg.encode()} | ({} if pixels is None else {".png": pixels})
    for ending, content in files.items():
        written = folder / f"{name}{ending}.part"
        written.write_bytes(content)
        written.replace(folder / f"{name}{ending}")


def main() -> None:
    """Draw until the input ends."""
    folder = Path(sys.argv[1])
    # A figure is tens of thousands of objects that refer to each other: looking for garbage took an eighth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    for name in sys.stdin:
        for line in (folder / name.strip()).read_bytes().splitlines():
            job = JOBS.validate_json(line)
            write_drawn(folder, job.name, job.title, job.drawing, job.png)


if __name__ == "__main__":
    main()

"""Draws figures in processes of their own, `python -m report.figures.worker FOLDER`.

On its input are names of files in the folder, whose lines are jobs in JSON. Each job becomes `NAME.svg` in FOLDER, and
`NAME.png` where the job wants it, written beside and renamed. The files are worked through side by side: the process
loads Matplotlib once, and divides.
"""

import gc
import os
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
    """Draw what the input names."""
    folder = Path(sys.argv[1])
    # seaborn does without SciPy where there is none; it takes more than a second to load, and no heat map needs it.
    sys.modules["scipy"] = None  # type: ignore[assignment]  # how Python marks a module as absent
    import seaborn  # noqa: F401  # before the process divides

    # A figure is tens of thousands of objects that refer to each other: looking for garbage took an eighth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    files = [folder / line.strip() for line in sys.stdin]
    others = []
    while len(files) > 1 and hasattr(os, "fork"):
        share = files.pop()
        if (process := os.fork()) == 0:
            try:
                draw_all(folder, share)
            finally:
                os._exit(0)
        others.append(process)
    for share in files:
        draw_all(folder, share)
    for process in others:
        os.waitpid(process, 0)


def draw_all(folder: Path, jobs: Path) -> None:
    """Draw what the lines of a file ask for."""
    for line in jobs.read_bytes().splitlines():
        job = JOBS.validate_json(line)
        write_drawn(folder, job.name, job.title, job.drawing, job.png)


if __name__ == "__main__":
    main()

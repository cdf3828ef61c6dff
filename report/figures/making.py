"""Draws a report's figures: in several processes where there are many, and none that is already there as it would be.

A figure is known by its content key: what it shows, the code that draws, and its libraries' versions.
(See `report.writing.state` for how keys are remembered.)
"""

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from report.figures.plain import Figure, HeatPanel
from report.text.naming import one_line

#: Drawing code; its bytes are part of every key.
SOURCES = ("drawing.py", "layout.py", "ownership.py", "panels.py", "pen.py", "plain.py", "scales.py")
#: Panels from which on further processes are worth their start.
WORTHWHILE = 12
MOST_PROCESSES = 8
#: How many panels of lines take as long as a heat map does beyond one.
HEAT_COST = 10


@cache
def drawn_by() -> str:
    """What stands for the drawing code and its libraries in a content key; the fonts are Matplotlib's own."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((Path(__file__).parent / name).read_bytes())
    libraries = [importlib.metadata.version(name) for name in ("matplotlib", "seaborn")]
    return f"{' '.join(libraries)} {digest.hexdigest()}"


def figure_key(figure: Figure) -> str:
    """The figure's content key: equal keys mean equal files."""
    return figure.drawing.content_key(f"{drawn_by()}\n{figure.name}\n{figure.title}\n{figure.png}")


class Drawers:
    """Processes that draw into a folder; they load Matplotlib while the caller still reads records.

    A process that dies leaves its figures undrawn, and `finish` draws those itself, so that an error is seen where it
    can be understood.
    """

    def __init__(self, folder: Path) -> None:
        """Args:
        folder: what is drawn is written there.
        """
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._begun: Sequence[Figure] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def start(self) -> None:
        """Start the processes, one a processor; none where there is only one."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if cores < 2 or self._processes:
            return
        command = [sys.executable, "-m", "report.figures.worker", str(self._folder)]
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        for _ in range(min(cores, MOST_PROCESSES)):
            self._processes.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=os.environ | {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"},
                )
            )

    def begin(self, figures: Sequence[Figure]) -> None:
        """Have them drawn while the caller does something else."""
        if sum(map(_panels, figures)) >= WORTHWHILE:
            self.start()
        if self._processes and figures:
            self._hand_out(figures)
        self._begun = figures

    def finish(self) -> None:
        """Wait until all are in the folder, and draw what nobody has drawn."""
        for number, process in enumerate(self._processes):
            process.wait()
            self._jobs_of(number).unlink(missing_ok=True)
        self._processes = []
        for figure in self._begun:
            if not self._is_drawn(figure):
                from report.figures.worker import write_drawn  # imports Matplotlib

                write_drawn(self._folder, figure.name, one_line(figure.title), figure.drawing, figure.png)

    def _hand_out(self, figures: Sequence[Figure]) -> None:
        """Give each process about as much to draw."""
        shares: list[list[Figure]] = [[] for _ in self._processes]
        for figure in sorted(figures, key=_cost, reverse=True):
            least = min(shares, key=lambda share: sum(map(_cost, share)))
            least.append(figure)
        for number, (process, share) in enumerate(zip(self._processes, shares, strict=True)):
            # In a file: to a pipe one could write no faster than it is read, so that the next process would wait.
            jobs = self._jobs_of(number)
            jobs.write_text("".join(f"{json.dumps(_job(each))}\n" for each in share), encoding="utf-8")
            assert process.stdin is not None
            try:
                process.stdin.write(f"{jobs.name}\n".encode())
                process.stdin.close()
            except OSError:  # it died; what it leaves is drawn here
                continue

    def _jobs_of(self, number: int) -> Path:
        return self._folder / f"{number}.jobs"

    def _is_drawn(self, figure: Figure) -> bool:
        return all((self._folder / name).exists() for name in figure.files)


def _job(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "title": one_line(figure.title),
        "drawing": asdict(figure.drawing),
        "png": figure.png,
    }


def _panels(figure: Figure) -> int:
    return sum(panel is not None for panel in figure.drawing.panels)


def _heat_panels(figure: Figure) -> int:
    return sum(isinstance(panel, HeatPanel) for panel in figure.drawing.panels)


def _cost(figure: Figure) -> int:
    """How long it takes, in panels of lines."""
    return _panels(figure) + HEAT_COST * _heat_panels(figure)

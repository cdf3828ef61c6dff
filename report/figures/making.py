"""Draws a report's figures: in several processes where there are many, and none that is already there as it would be.

A figure is known by its content key: what it shows, the code that draws, and its libraries' versions.
(See `report.writing.state` for how keys are remembered.)
"""

import hashlib
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.environment import available_cores
from report.figures.plain import Figure, HeatPanel, fields_of
from report.text.naming import one_line

#: Drawing code; its bytes are part of every key.
SOURCES = ("drawing.py", "layout.py", "ownership.py", "panels.py", "pen.py", "plain.py", "scales.py", "shortening.py")
#: Panels from which on further processes are worth their start.
WORTHWHILE = 12
MOST_PROCESSES = 8
#: How many panels of lines take as long as a heat map does beyond one, and a panel in pixels beyond the same in lines.
HEAT_COST, PIXELS_COST = 3, 4


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
    """A process that draws into a folder, and divides into one a processor; it loads Matplotlib while the caller reads.

    What is left undrawn when it dies, `finish` draws itself, so that an error is seen where it can be understood.
    """

    def __init__(self, folder: Path) -> None:
        """Args:
        folder: what is drawn is written there.
        """
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: Sequence[Figure] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            if hasattr(os, "killpg"):
                with suppress(OSError):  # gone already
                    os.killpg(self._process.pid, signal.SIGKILL)  # with what it has divided into
            self._process.kill()
            self._process.communicate()

    def start(self) -> None:
        """Start the process, where there is a second processor for it."""
        if available_cores() < 2 or self._process is not None:
            return
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "report.figures.worker", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"},
            start_new_session=True,
        )

    def begin(self, figures: Sequence[Figure]) -> None:
        """Have them drawn while the caller does something else."""
        if sum(map(_panels, figures)) >= WORTHWHILE:
            self.start()
        if self._process is not None and figures:
            self._hand_out(figures, self._process)
        self._begun = figures

    def finish(self) -> None:
        """Wait until all are in the folder, and draw what nobody has drawn."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
        for jobs in self.folder.glob("*.jobs"):
            jobs.unlink()
        for figure in self._begun:
            if not self._is_drawn(figure):
                from report.figures.worker import write_drawn  # imports Matplotlib

                write_drawn(self.folder, figure.name, one_line(figure.title), figure.drawing, figure.png)

    def _hand_out(self, figures: Sequence[Figure], process: subprocess.Popen[bytes]) -> None:
        """As many shares as there are processors, each about as much to draw."""
        shares: list[list[Figure]] = [[] for _ in range(min(available_cores(), MOST_PROCESSES))]
        for figure in sorted(figures, key=_cost, reverse=True):
            least = min(shares, key=lambda share: sum(map(_cost, share)))
            least.append(figure)
        # In files: to a pipe one could write no faster than it is read.
        files = [self.folder / f"{number}.jobs" for number in range(len(shares))]
        for file, share in zip(files, shares, strict=True):
            file.write_text(
                "".join(f"{json.dumps(_job(each), default=fields_of)}\n" for each in share), encoding="utf-8"
            )
        assert process.stdin is not None
        with suppress(OSError):  # it died; what it leaves is drawn here
            process.stdin.write("".join(f"{file.name}\n" for file in files).encode())
            process.stdin.close()

    def _is_drawn(self, figure: Figure) -> bool:
        return all((self.folder / name).exists() for name in figure.files)


def _job(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "title": one_line(figure.title),
        "drawing": figure.drawing,
        "png": figure.png,
    }


def _panels(figure: Figure) -> int:
    return sum(panel is not None for panel in figure.drawing.panels)


def _heat_panels(figure: Figure) -> int:
    return sum(isinstance(panel, HeatPanel) for panel in figure.drawing.panels)


def _cost(figure: Figure) -> int:
    """How long it takes, in panels of lines."""
    return _panels(figure) * (1 + PIXELS_COST * figure.png) + HEAT_COST * _heat_panels(figure)

"""What a long run says while it runs: the cell under way, how many are left, the time to go."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.execution.messages import duration
from benchmarks.records.cells import Cell, PeakCell, cell_title

#: A line of its own is given to how far a cell is when nothing was said of it for this long.
SILENCE_S = 60.0
#: Kinds of cells of which several are measured at a time.
SIDE_BY_SIDE = ("accuracy", "tuning", "certificate")


class Reporter(Protocol):
    """What the run reports while it is running."""

    def started(self, cell: Cell) -> None: ...

    def progressed(self, cell: Cell, news: str) -> None: ...

    def again(self, cell: Cell, reason: str) -> None: ...

    def finished(self, cell: Cell, seconds: float, reason: str | None) -> None: ...

    def close(self) -> None: ...


class Forecast:
    """The time to go, from what cells of the same kind and implementation have taken so far.

    Args:
        cells: all that are to be measured.
        slots: that many certificates and trainings go on side by side; what is timed has the machine to itself.
    """

    def __init__(self, cells: Sequence[Cell], slots: int = 1) -> None:
        self._left = list(cells)
        self._slots = slots
        self._seconds: dict[tuple[str, str], list[float]] = defaultdict(list)

    @property
    def left(self) -> int:
        """Cells not finished yet."""
        return len(self._left)

    def finished(self, cell: Cell, seconds: float) -> None:
        """Learn from a cell's duration."""
        self._left.remove(cell)
        self._seconds[_sort(cell)].append(seconds)

    def seconds_to_go(self) -> float | None:
        """None until something is known."""
        seen = [seconds for all_of_sort in self._seconds.values() for seconds in all_of_sort]
        if not seen:
            return None
        overall = sum(seen) / len(seen)
        expected = [(cell, self._expected(cell, overall)) for cell in self._left]
        beside = [seconds for cell, seconds in expected if cell.kind in SIDE_BY_SIDE]
        alone = [seconds for cell, seconds in expected if cell.kind not in SIDE_BY_SIDE]
        # The last of them keep fewer slots busy: no less than the longest takes.
        return max(sum(beside) / self._slots, max(beside, default=0.0)) + sum(alone)

    def _expected(self, cell: Cell, overall: float) -> float:
        seen = self._seconds.get(_sort(cell))
        return sum(seen) / len(seen) if seen else overall


class LineReporter:
    """A plain line a cell, for logs."""

    def __init__(self, console: Console, cells: Sequence[Cell], slots: int) -> None:
        self._console = console
        self._forecast = Forecast(cells, slots)
        self._total = len(cells)
        self._spoken: dict[str, float] = {}

    def started(self, cell: Cell) -> None:
        self._spoken[cell_title(cell)] = time.monotonic()
        self._print(f"{self._place()} {cell_title(cell)} ...")

    def progressed(self, cell: Cell, news: str) -> None:
        if time.monotonic() - self._spoken[cell_title(cell)] >= SILENCE_S:
            self._spoken[cell_title(cell)] = time.monotonic()
            self._print(f"{self._place()} {cell_title(cell)}: {news}")

    def again(self, cell: Cell, reason: str) -> None:
        self._print(f"{self._place()} {cell_title(cell)}: {reason}; again in a fresh process")

    def finished(self, cell: Cell, seconds: float, reason: str | None) -> None:
        self._forecast.finished(cell, seconds)
        outcome = f"failed: {reason}" if reason else "done"
        self._print(f"{self._place()} {cell_title(cell)}: {outcome} in {seconds:.1f} s{_to_go(self._forecast)}")

    def close(self) -> None:
        return

    def _place(self) -> str:
        return f"[{self._total - self._forecast.left}/{self._total}]"

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class BarReporter:
    """A bar with the cells under way, for terminals; failures stay as lines above it."""

    def __init__(self, console: Console, cells: Sequence[Cell], slots: int) -> None:
        self._forecast = Forecast(cells, slots)
        self._running: dict[str, str] = {}
        self._progress = Progress(
            MofNCompleteColumn(),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[to_go]}"),
            TextColumn("{task.description}", markup=False),
            console=console,
        )
        self._bar = self._progress.add_task("", total=len(cells), to_go="")
        self._progress.start()

    def started(self, cell: Cell) -> None:
        self._running[cell_title(cell)] = ""
        self._show()

    def progressed(self, cell: Cell, news: str) -> None:
        self._running[cell_title(cell)] = f" ({news.partition(',')[0]})"
        self._show()

    def again(self, cell: Cell, reason: str) -> None:
        line = f"{cell_title(cell)}: {reason}; again in a fresh process"
        self._progress.console.print(line, markup=False, highlight=False)

    def finished(self, cell: Cell, seconds: float, reason: str | None) -> None:
        self._running.pop(cell_title(cell), None)
        self._forecast.finished(cell, seconds)
        self._progress.advance(self._bar)
        if reason:
            self._progress.console.print(f"{cell_title(cell)} failed: {reason}", markup=False, highlight=False)
        self._show()

    def close(self) -> None:
        self._progress.stop()

    def _show(self) -> None:
        self._progress.update(
            self._bar,
            description=", ".join(map("".join, self._running.items())),
            to_go=_to_go(self._forecast).strip(", "),
        )


def make_reporter(console: Console, cells: Sequence[Cell], slots: int = 1) -> Reporter:
    """A bar where the output is a terminal, lines elsewhere; for `slots` see `Forecast`."""
    return BarReporter(console, cells, slots) if console.is_terminal else LineReporter(console, cells, slots)


def _to_go(forecast: Forecast) -> str:
    seconds = forecast.seconds_to_go()
    if seconds is None or forecast.left == 0:
        return ""
    return f", about {duration(seconds)} to go"


def _sort(cell: Cell) -> tuple[str, str]:
    return cell.kind, "" if isinstance(cell, PeakCell) else cell.implementation

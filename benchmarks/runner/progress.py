"""What a long run says while it runs: the cell under way, how many are left, the time to go."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.execution.messages import duration
from benchmarks.records.cells import Cell, PeakCell, TimingCell, cell_title

#: A line of its own is given to how far a cell is when nothing was said of it for this long.
SILENCE_S = 60.0
#: Kinds of cells of which several are measured at a time.
SIDE_BY_SIDE = ("accuracy", "tuning", "certificate")
#: A timing takes about this many times what its operations are timed for: building, compiling, warming up.
TURNS_TAKE = 2.0


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
        self._left = Counter(map(_sort, cells))
        self._planned = {_sort(cell): TURNS_TAKE * planned for cell in cells if (planned := _planned_seconds(cell))}
        self._slots = slots
        self._seen: dict[tuple[str, str], _Seen] = defaultdict(_Seen)

    @property
    def left(self) -> int:
        """Cells not finished yet."""
        return self._left.total()

    def finished(self, cell: Cell, seconds: float) -> None:
        """Learn from a cell's duration."""
        self._left[_sort(cell)] -= 1
        seen = self._seen[_sort(cell)]
        seen.cells += 1
        seen.seconds += seconds

    def seconds_to_go(self) -> float | None:
        """None until something is known."""
        if not self._seen:
            return None
        beside = alone = longest = 0.0
        for sort, left in self._left.items():
            if not left:
                continue
            each = self._expected(sort)
            if sort[0] in SIDE_BY_SIDE:
                beside, longest = beside + left * each, max(longest, each)
            else:
                alone += left * each
        # The last of them keep fewer slots busy: no less than the longest takes.
        return max(beside / self._slots, longest) + alone

    def _expected(self, sort: tuple[str, str]) -> float:
        """Of such a cell; before the first has ended, what is planned, or the mean of its kind, or of all."""
        if sort in self._seen:
            return self._seen[sort].mean
        if sort in self._planned:
            return self._planned[sort]
        like = [seen for (kind, _), seen in self._seen.items() if kind == sort[0]] or list(self._seen.values())
        return sum(seen.seconds for seen in like) / sum(seen.cells for seen in like)


@dataclass
class _Seen:
    """What cells of one sort have taken so far."""

    cells: int = 0
    seconds: float = 0.0

    @property
    def mean(self) -> float:
        return self.seconds / self.cells


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


def _planned_seconds(cell: Cell) -> float | None:
    """What a timing's operations are timed for: prediction and step at each batch size, and an epoch."""
    return cell.budget_s * (2 * len(cell.batch_sizes) + 1) if isinstance(cell, TimingCell) else None


def _sort(cell: Cell) -> tuple[str, str]:
    return cell.kind, "" if isinstance(cell, PeakCell) else cell.implementation

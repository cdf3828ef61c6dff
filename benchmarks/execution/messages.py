"""What a long training says while it runs: a worker prints it, the run that watches the worker shows it."""

import time

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import EpochPoint

#: What a line begins with that is meant for the run.
NEWS = "news: "


class Teller:
    """Tells after each epoch how far a cell is and how long it may still take.

    Args:
        cell: that is trained.
        done: epochs of it, over all its splits, that an earlier process has done.
    """

    def __init__(self, cell: AccuracyCell, done: int) -> None:
        self._cell = cell
        self._splits = len(cell.seeds) * cell.folds
        self._done = done
        self._began = time.monotonic()

    def tell(self, split: int, point: EpochPoint) -> None:
        """Print one line: where it is, loss, metrics, time to go.

        Args:
            split: number of the split, from 0.
            point: of the epoch that has ended.
        """
        done = split * self._cell.epochs + point.epoch
        seconds_an_epoch = (time.monotonic() - self._began) / max(1, done - self._done)
        to_go = duration(seconds_an_epoch * (self._splits * self._cell.epochs - done))
        where = f"epoch {point.epoch} of {self._cell.epochs}"
        if self._splits > 1:
            where += f" of training {split + 1} of {self._splits}"
        metrics = "".join(f", {metric} {value:.4g}" for metric, value in point.metrics.items())
        print(f"{NEWS}{where}, loss {point.train_loss:.4g}{metrics}, about {to_go} to go", flush=True)


def last_news(text: str) -> str | None:
    """The last line of a worker's output that is meant for the run."""
    lines = [line.removeprefix(NEWS) for line in text.splitlines() if line.startswith(NEWS)]
    return lines[-1] if lines else None


def duration(seconds: float) -> str:
    """Seconds as people say them: `12 s`, `2 min 03 s`, `3 h 20 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"

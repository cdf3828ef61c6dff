"""Tables for a first reading: a row a network, a column an implementation."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from benchmarks.metrics.evaluate import metric_of
from benchmarks.printable import shortened
from report.runs.certification import TRUSTED
from report.tables.accuracy import AccuracyRow
from report.tables.speed import SpeedRow
from report.tables.views.base import MOST_ROWS, Column, Row, TableCell, View, text
from report.tables.views.results import UNCERTIFIED
from report.text.formatting import (
    ABSENT,
    between_rounded,
    metric_interval_rounded,
    metric_rounded,
    metric_spread,
    rounded_by,
    seconds_rounded,
)
from report.text.naming import TORCH, architecture_title, implementation_rank

MeasuredRow = TypeVar("MeasuredRow", bound=AccuracyRow | SpeedRow)
#: Letters of the reason of a failure in a field.
LONGEST_REASON = 40
#: One column, the last, for all baselines, whatever computes them.
BASELINE = "baseline"


def accuracy_side_by_side(rows: Sequence[AccuracyRow], several: bool = False) -> View:
    """Means of one metric a network with their intervals, and how far its trainings spread.

    Args:
        rows: of the metric by which each task's networks are compared.
        several: whether they are of several runs.
    """
    return _side_by_side(
        "accuracy-side-by-side",
        "Accuracy on held-out data, with 95 % intervals; SD is over the trainings (folds and seeds)",
        rows,
        _accuracy,
        several,
        further=(Column("Metric"), Column("SD", numeric=True)),
        remarks=lambda here: (text(metric_of(here[0].metric).title), TableCell(*_spread(here))),
    )


def speed_side_by_side(rows: Sequence[SpeedRow], several: bool = False) -> View:
    """Time of a training epoch, and its ratio to eager PyTorch's time with its interval."""
    return _side_by_side(
        "speed-side-by-side",
        "Time of a training epoch, and its ratio to the time of eager PyTorch with its 95 % interval",
        [row for row in rows if row.operation == "train_epoch"],
        _epoch,
        several,
    )


def _side_by_side(
    name: str,
    caption: str,
    rows: Sequence[MeasuredRow],
    shown: Callable[[MeasuredRow], str],
    several: bool,
    further: tuple[Column, ...] = (),
    remarks: Callable[[Sequence[MeasuredRow]], Iterable[TableCell]] = lambda _: (),
) -> View:
    names = sorted({_column(row) for row in rows}, key=lambda name: (name == BASELINE, implementation_rank(name)))
    devices = {row.device for row in rows}
    lines: dict[tuple[str, ...], list[MeasuredRow]] = {}
    for row in rows:
        run, device = ((row.run,) if several else ()), ((row.device,) if len(devices) > 1 else ())
        lines.setdefault((*run, row.task, architecture_title(row.architecture), *device), []).append(row)
    titles = (*(("Run",) if several else ()), "Task", "Network", *(("Device",) if len(devices) > 1 else ()))
    body = []
    for line, here in islice(lines.items(), MOST_ROWS):
        cells = {_column(row): shown(row) + _sign(row) for row in here}
        body.append(
            Row(
                (*map(text, line), *remarks(here), *(text(cells.get(each, "")) for each in names)),
                marked=any(_sign(row) for row in here),
            )
        )
    columns = (*map(Column, titles), *further, *(Column(each) for each in names))
    if len(devices) == 1:
        caption = f"{caption}; device {next(iter(devices))}"
    return View(name, caption, columns, tuple(body), left_out=len(lines) - len(body))


def _failed(reason: str) -> str:
    """`– (timed out)`: the page's list of failed cells, and the long table, have the whole reason."""
    return f"{ABSENT} ({shortened(re.split('[:;]', reason)[0], LONGEST_REASON)})"


def _column(row: AccuracyRow | SpeedRow) -> str:
    return BASELINE if isinstance(row, AccuracyRow) and row.is_baseline else row.implementation


def _sign(row: AccuracyRow | SpeedRow) -> str:
    return "" if row.certificate in TRUSTED else f" {UNCERTIFIED}"


def _accuracy(row: AccuracyRow) -> str:
    if row.mean is None:
        return _failed(row.reason)
    metric = metric_of(row.metric)
    bounded = row.ci_low is not None and row.ci_high is not None
    interval = f" ({metric_interval_rounded(metric, row.ci_low or 0.0, row.ci_high or 0.0)})" if bounded else ""
    return f"{metric_rounded(metric, row.mean, row.ci_low, row.ci_high)}{interval}"


def _spread(rows: Sequence[AccuracyRow]) -> tuple[str, float | None]:
    """The smallest and the largest standard deviation among the implementations."""
    values = sorted(row.std for row in rows if row.std is not None)
    if not values:
        return ABSENT, None
    low, high = (metric_spread(metric_of(rows[0].metric), value) for value in (values[0], values[-1]))
    return (high if low == high else f"{low.removesuffix(' points')} to {high}"), values[-1]


def _epoch(row: SpeedRow) -> str:
    if row.median_s is None:
        return _failed(row.reason.partition(": ")[2])  # after the launch's number
    time = seconds_rounded(row.median_s, row.ci_low_s, row.ci_high_s)
    if row.implementation == TORCH or row.ratio_to_torch is None or row.ratio_low is None:
        return time
    ratio = rounded_by(row.ratio_to_torch, row.ratio_low, row.ratio_high)
    return f"{time}, {ratio} × torch ({between_rounded(row.ratio_low, row.ratio_high)})"
